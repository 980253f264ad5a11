/* The small model in scalar C: what a compiler makes of the same clocks, chance blocks and logs, without any engine.

   c_loop.py puts the constants of small_model.py before this text; the eight chances are repeated here, and run.py compares
   every bit with the loop in Numba. No fused multiply-add (-ffp-contract=off), so that the bits are the same everywhere. */

#include <stdint.h>
#include <string.h>

struct life {
    int64_t opportunities, accepted[CLOCKS];
    double state[4];
};

/* Philox4x64-10 with key (seed, replication) and counter (number, clock, copy 0, 0): the first three of four uniforms. */
static void chance(uint64_t seed, uint64_t replication, uint64_t clock, uint64_t number, double u[3])
{
    uint64_t a = number, b = clock, c = 0, d = 0;
    for (int round = 0; round < 10; round++) {
        unsigned __int128 left = (unsigned __int128)0xD2E7470EE14C6C93u * a;
        unsigned __int128 right = (unsigned __int128)0xCA5A826395121157u * c;
        a = (uint64_t)(right >> 64) ^ b ^ seed;
        b = (uint64_t)right;
        c = (uint64_t)(left >> 64) ^ d ^ replication;
        d = (uint64_t)left;
        seed += 0x9E3779B97F4A7C15u;
        replication += 0xBB67AE8584CAA73Bu;
    }
    u[0] = (double)(a >> 11) * 0x1p-53;
    u[1] = (double)(b >> 11) * 0x1p-53;
    u[2] = (double)(c >> 11) * 0x1p-53;
}

/* Natural logarithm of a positive normal number, operation for operation relsim's own (fdlibm's e_log). */
static double natural_log(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, 8);
    int64_t k = (int64_t)(bits - 0x3FE6A09E667F3BCDu) >> 52;
    bits -= (uint64_t)k << 52;
    memcpy(&x, &bits, 8);
    double f = x - 1.0;
    double s = f / (2.0 + f);
    double z = s * s;
    double w = z * z;
    double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
        + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double half = 0.5 * f * f;
    return (double)k * 6.93147180369123816490e-01
        - ((half - (s * (half + (even + odd)) + (double)k * 1.90821492927058770002e-10)) - f);
}

static double moved(double value, double by, double u)
{
    value += by * u;
    return value < 0.0 ? 0.0 : value > 1.0 ? 1.0 : value;
}

void live(uint64_t seed, uint64_t first, int64_t count, struct life *lives)
{
    for (int64_t i = 0; i < count; i++) {
        struct life *life = &lives[i];
        uint64_t replication = first + (uint64_t)i, number[CLOCKS];
        double due[CLOCKS], u[3];
        double fit = START[0], trust = START[1], morale = START[2], belief = START[3];
        memset(life, 0, sizeof *life);
        for (int clock = 0; clock < CLOCKS; clock++) {
            chance(seed, replication, ADDRESSES[clock], 0, u);
            due[clock] = -natural_log(1.0 - u[0]) / RATES[clock];
            number[clock] = 1;
        }
        for (;;) {
            int clock = 0;
            double now = due[0];
            for (int other = 1; other < CLOCKS; other++) {
                clock = due[other] < now ? other : clock;
                now = due[other] < now ? due[other] : now;
            }
            if (now >= HORIZON)
                break;
            chance(seed, replication, ADDRESSES[clock], number[clock]++, u);
            due[clock] = now - natural_log(1.0 - u[0]) / RATES[clock];
            life->opportunities++;
            switch (clock) {
            case 0:
                if (u[1] < 1.0 - fit * (0.5 + 0.3 * trust + 0.1 * morale + 0.1 * belief)) {
                    morale = moved(morale, MOVES[0], u[2]);
                    life->accepted[0]++;
                }
                break;
            case 1:
                if (u[1] < (1.0 - 0.7 * morale) * (0.4 + 0.3 * fit + 0.2 * trust + 0.1 * belief)) {
                    morale = moved(morale, MOVES[1], u[2]);
                    life->accepted[1]++;
                }
                break;
            case 2:
                if (u[1] < (0.1 + 0.8 * trust) * (1.0 - 0.5 * fit * morale - 0.1 * belief)) {
                    trust = moved(trust, MOVES[2], u[2]);
                    life->accepted[2]++;
                }
                break;
            case 3:
                if (u[1] < (1.0 - 0.7 * trust) * (0.3 + 0.3 * fit + 0.2 * morale + 0.2 * belief)) {
                    trust = moved(trust, MOVES[3], u[2]);
                    life->accepted[3]++;
                }
                break;
            case 4:
                if (u[1] < (1.0 - 0.6 * belief) * (0.4 * fit + 0.3 * trust + 0.3 * morale)) {
                    belief = moved(belief, MOVES[4], u[2]);
                    life->accepted[4]++;
                }
                break;
            case 5:
                if (u[1] < (0.1 + 0.9 * belief) * (1.0 - fit * trust) * (1.0 - 0.3 * morale)) {
                    belief = moved(belief, MOVES[5], u[2]);
                    life->accepted[5]++;
                }
                break;
            case 6:
                if (u[1] < (1.0 - fit) * (0.2 + 0.4 * trust + 0.2 * morale + 0.2 * belief)) {
                    fit = moved(fit, MOVES[6], u[2]);
                    life->accepted[6]++;
                }
                break;
            default:
                if (u[1] < 0.8 * fit * (1.0 - 0.2 * trust - 0.2 * morale - 0.1 * belief)) {
                    fit = moved(fit, MOVES[7], u[2]);
                    life->accepted[7]++;
                }
            }
        }
        life->state[0] = fit;
        life->state[1] = trust;
        life->state[2] = morale;
        life->state[3] = belief;
    }
}
