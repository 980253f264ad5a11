// How events look: by shape and by colour, never by colour alone; and where they stand: in the lane of who acts.

// A look: its shape, radius and colour; `hollow` ones are outlines, `edged` ones are too pale without an outline;
// `stop` marks what is stepped to and told. Later ones are drawn over earlier ones, and make the legend's order.
const LOOKS = {
  routine: { shape: "tick", size: 4, colour: "silver" },
  left: { shape: "minus", size: 2.4, colour: "muted" },
  repaired: { shape: "dot", size: 2.6, colour: "green", hollow: true },
  problem: { shape: "dot", size: 3, colour: "vermillion" },
  complaint: { shape: "up", size: 3.6, colour: "vermillion", hollow: true },
  settled: { shape: "check", size: 4.2, colour: "green" },
  broken: { shape: "cross", size: 3.8, colour: "vermillion" },
  plan: { shape: "dot", size: 4, colour: "blue", hollow: true, stop: true },
  workshop: { shape: "square", size: 4.2, colour: "green", stop: true },
  verdict: { shape: "diamond", size: 7, colour: "green", stop: true },
  rejected: { shape: "diamond", size: 7, colour: "green", hollow: true, stop: true },
  signed: { shape: "star", size: 9, colour: "blue", stop: true },
  celebrated: { shape: "pentagon", size: 6, colour: "orange", edged: true, stop: true },
  start: { shape: "right", size: 6.5, colour: "green", stop: true },
  help: { shape: "diamond", size: 5.5, colour: "sky", edged: true, stop: true },
  outside: { shape: "bowtie", size: 5, colour: "ink", stop: true },
  unheard: { shape: "up", size: 5.5, colour: "pink", hollow: true, stop: true },
  escalated: { shape: "up", size: 5.5, colour: "pink", edged: true, stop: true },
  heard: { shape: "dot", size: 4.5, colour: "pink", edged: true, stop: true },
  back: { shape: "down", size: 6.5, colour: "vermillion", stop: true },
  more: { shape: "plus", size: 6.5, colour: "vermillion", stop: true },
  dispute: { shape: "diamond", size: 6, colour: "vermillion", stop: true },
  scapegoats: { shape: "saltire", size: 6.5, colour: "ink", stop: true },
  away: { shape: "chevron", size: 5, colour: "muted", stop: true },
  leader: { shape: "dot", size: 5.5, colour: "sky", edged: true, stop: true },
  realised: { shape: "ring", size: 5.5, colour: "ink", stop: true },
  rescue: { shape: "star", size: 9, colour: "green", stop: true },
  exit: { shape: "square", size: 5.5, colour: "ink", stop: true },
  end: { shape: "bar", size: 9, colour: "ink", stop: true },
  own: { shape: "square", size: 4, colour: "ink", hollow: true, stop: true },
};

// The look of each kind; null is told by another mark, and kinds that are not here are somebody's own.
const LOOK_OF_KIND = {
  WORK_CONTACT: "routine", TACTICAL_MEETING: "routine", STEERING_MEETING: "routine", BOARD_REVIEW: "routine",
  STAFF_RESIGNED: "left", MANAGER_RESIGNED: "left",
  REPAIRED: null, COMPLAINT_HEARD: null, LIMPING_BEGAN: null, LIMPING_ENDED: null,
  TACTICAL_PROBLEM: "problem", STRATEGIC_PROBLEM: "problem", COMPLAINT_RAISED: "complaint",
  ADAPTATION_AGREED: "settled", DISPUTE_SETTLED: "settled", AGREEMENT_BROKEN: "broken",
  FIRST_CONTACT: "plan", MANDATE_GIVEN: "plan", EXPLORATION_PLANNED: "plan", CONTRACT_DRAFTED: "plan",
  WORKSHOP_HELD: "workshop", OPERATIONS_CONSULTED: "workshop", PILOT_HELD: "workshop",
  DEAL_SIGNED: "signed", SUCCESS_ANNOUNCED: "celebrated", BONUS_PAID: "celebrated", BONUS_RETURNED: "celebrated",
  OPERATIONS_STARTED: "start",
  FACILITATOR_ENGAGED: "help", BROKER_ENGAGED: "help", AUDIT_HELD: "help", JOINT_REVIEW: "help",
  RIVAL_OFFER: "outside", MARKET_SHOCK: "outside", CONTRACT_TERM: "outside", OUTSIDE_ENDING: "outside",
  ESCALATION_HEARD: "heard", REFERRED_BACK: "back", COMMITMENT_ESCALATED: "more", DISPUTE_RAISED: "dispute",
  MANAGER_SWAPPED: "scapegoats", STAFF_DISMISSED: "scapegoats", ATTENTION_SHIFTED: "away",
  LEADER_REPLACED: "leader", SPONSOR_ROTATED: "leader", FAILURE_REALISED: "realised",
  RESCUE_LAUNCHED: "rescue", EXIT_DECIDED: "exit", RELATIONSHIP_ENDED: "end",
};

// From top to bottom: the two operations meet in the middle.
const LANES = [
  "CLIENT_STRATEGIC", "CLIENT_TACTICAL", "CLIENT_OPERATIONAL",
  "SUPPLIER_OPERATIONAL", "SUPPLIER_TACTICAL", "SUPPLIER_STRATEGIC",
];
const MIDDLE = 2.5;
const LISTENING = new Set(["COMPLAINT_HEARD", "ESCALATION_HEARD", "REPAIRED"]);
const UNHEARD = new Set(["COMPLAINT_RAISED", "ESCALATED", "HOTLINE_USED"]);
const LEVELS = ["STRATEGIC", "TACTICAL", "OPERATIONAL"];
const FIRMS = ["CLIENT", "SUPPLIER"];
const CASE = 2 ** 32;

// The lanes of an agent: its own, those of both firms, or none.
function lanesOf(agent) {
  const both = agent.startsWith("BOTH_") ? FIRMS.map((firm) => agent.replace("BOTH", firm)) : [agent];
  return both.map((name) => LANES.indexOf(name)).filter((lane) => lane >= 0);
}

// How many of these rising times have come by now.
function countUntil(times, now) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}

// A life with what follows from its columns: kinds by name, lanes, looks, cases, and what one can step to.
function understood(life, data) {
  const { time, kind, sender, receiver, case: cases, attempt, a } = life.events;
  const kinds = kind.map((number) => life.kinds[number]);
  const seen = new Set(kinds.map((name, at) => `${name}/${cases[at]}/${attempt[at]}`));
  const brought = { ESCALATED: (at) => attempt[at], HOTLINE_USED: () => 2 }; // as which attempt a top would hear of it
  const look = kinds.map((name, at) => {
    if (name === "INCIDENT") return seen.has(`REPAIRED/${cases[at]}/0`) ? "repaired" : "problem";
    if (name === "VERDICT_REPORTED") return a[at] > 0 ? "verdict" : "rejected";
    if (name in brought) {
      return seen.has(`ESCALATION_HEARD/${cases[at]}/${brought[name](at)}`) ? "escalated" : "unheard";
    }
    return name in LOOK_OF_KIND ? LOOK_OF_KIND[name] : "own";
  });
  const senders = sender.map((number) => lanesOf(data.agents[number]));
  const receivers = receiver.map((number) => lanesOf(data.agents[number]));
  // who is sacked or called in stands where it happens to them
  const lanes = look.map((name, at) =>
    [name === "scapegoats" ? [] : senders[at], receivers[at], [MIDDLE]].find((found) => found.length));
  const byCase = new Map();
  cases.forEach((number, at) => {
    if (data.clocks[Math.floor(number / CASE)]) byCase.set(number, [...(byCase.get(number) ?? []), at]);
  });
  const marks = [...look.keys()].filter((at) => look[at] !== null && look[at] !== "routine");
  const stops = marks.filter((at) => LOOKS[look[at]].stop);
  // what is said to somebody who may not listen is not yet an event of theirs; hearing it is
  const among = (at) => (UNHEARD.has(kinds[at]) ? senders[at] : [...senders[at], ...receivers[at]]);
  const took = LEVELS.map((_, level) =>
    marks.filter((at) => look[at] !== "left" && among(at).some((lane) => levelOf(lane) === level)));
  const timesOf = (list) => list.map((at) => time[at]);
  const tookTimes = took.map(timesOf);
  return { ...life, times: time, kinds, look, lanes, byCase, marks, stops, took, tookTimes, stopTimes: timesOf(stops) };
}

const levelOf = (lane) => (lane < 3 ? lane : 5 - lane);

// Outlines around (x, y); the polygons are given by their corners on a circle.
const polygon = (...corners) => (x, y, r) =>
  `M${corners.map(([right, down]) => `${tenth(x + right * r)} ${tenth(y + down * r)}`).join("L")}Z`;
const lines = (...strokes) => (x, y, r) =>
  strokes.map((stroke) =>
    `M${stroke.map(([right, down]) => `${tenth(x + right * r)} ${tenth(y + down * r)}`).join("L")}`).join("");
const circle = (x, y, r, turn = 0) =>
  `M${tenth(x - r)} ${tenth(y)}a${r} ${r} 0 1 ${turn} ${2 * r} 0a${r} ${r} 0 1 ${turn} ${-2 * r} 0Z`;
const tenth = (value) => Math.round(value * 10) / 10;
const around = (count, radii) => Array.from({ length: count }, (_, at) => {
  const angle = (2 * Math.PI * at) / count;
  return [Math.sin(angle) * radii[at % radii.length], -Math.cos(angle) * radii[at % radii.length]];
});

const SHAPES = {
  tick: lines([[0, -1], [0, 1]]),
  minus: lines([[-1, 0], [1, 0]]),
  cross: lines([[-1, -1], [1, 1]], [[1, -1], [-1, 1]]),
  check: lines([[-1, 0], [-0.3, 0.8], [1, -0.9]]),
  chevron: lines([[-0.8, -1], [0.2, 0], [-0.8, 1]], [[0.2, -1], [1.2, 0], [0.2, 1]]),
  dot: circle,
  ring: (x, y, r) => circle(x, y, r) + circle(x, y, 0.36 * r, 1), // turned the other way: a hole
  square: polygon([-1, -1], [1, -1], [1, 1], [-1, 1]),
  bar: polygon([-0.3, -1.1], [0.3, -1.1], [0.3, 1.1], [-0.3, 1.1]),
  diamond: polygon([0, -1], [1, 0], [0, 1], [-1, 0]),
  up: polygon([0, -1], [1, 0.8], [-1, 0.8]),
  down: polygon([0, 1], [1, -0.8], [-1, -0.8]),
  right: polygon([1.1, 0], [-0.8, 1], [-0.8, -1]),
  bowtie: polygon([-1, -0.9], [1, 0.9], [1, -0.9], [-1, 0.9]),
  pentagon: polygon(...around(5, [1])),
  star: polygon(...around(10, [1, 0.45])),
  plus: polygon([-0.3, -1], [0.3, -1], [0.3, -0.3], [1, -0.3], [1, 0.3], [0.3, 0.3], [0.3, 1], [-0.3, 1], [-0.3, 0.3],
    [-1, 0.3], [-1, -0.3], [-0.3, -0.3]),
  saltire: polygon([-0.65, -1], [0, -0.35], [0.65, -1], [1, -0.65], [0.35, 0], [1, 0.65], [0.65, 1], [0, 0.35],
    [-0.65, 1], [-1, 0.65], [-0.35, 0], [-1, -0.65]),
};
const STROKED = new Set(["tick", "minus", "cross", "check", "chevron"]);

// All marks of one look as one path: a life has a thousand events, and a drawing should have few elements.
function marked(name, places) {
  const { shape, size, colour, hollow, edged } = LOOKS[name];
  const way = STROKED.has(shape) ? "stroked" : hollow ? "hollow" : edged ? "edged" : "filled";
  const d = places.map(([x, y]) => SHAPES[shape](x, y, size)).join("");
  return svg("path", { d, class: `mark ${way} ${colour}` });
}

// What an event is called; where it matters, with how it came out.
function told(life, at, data, say) {
  const kind = life.kinds[at];
  if (!say.has(`model.event.${kind}`)) return kind.toLowerCase().replaceAll("_", " ");
  const event = say(`model.event.${kind}`);
  const how = cameOut(kind, life, at, data, say);
  return how ? say("twins.event", { event, how }) : event;
}

// How it came out, in words; rules of somebody's own may give values that have none.
function cameOut(kind, life, at, data, say) {
  const { a, b, attempt } = life.events;
  const named = (key, filled) => (say.has(key) ? say(key, filled) : "");
  const fit = () => ({ fit: say.number(100 * b[at]) });
  switch (kind) {
    case "MANDATE_GIVEN": return named(`twins.mandate.${attempt[at]}`);
    case "VERDICT_REPORTED": return say(a[at] > 0 ? "twins.feasible" : "twins.infeasible", fit());
    case "PILOT_HELD": return say(a[at] > 0 ? "twins.passes" : "twins.fails", fit());
    case "FAILURE_REALISED": return named("twins.through", { turn: named(`model.turn.${data.turns[a[at]]}`) });
    case "RELATIONSHIP_ENDED": return named(`model.ending.${data.endings[a[at]]}`);
    case "OUTSIDE_ENDING": return named(`model.cause.${data.causes[a[at]]}`);
    case "MANAGER_SWAPPED": case "STAFF_DISMISSED": return say("twins.people", {}, a[at]);
    case "INCIDENT": return say(life.look[at] === "repaired" ? "twins.repaired" : "twins.unrepaired");
    case "ESCALATED": case "HOTLINE_USED":
      return say(life.look[at] === "escalated" ? "twins.listened" : "twins.unheard");
    default: return "";
  }
}

// Who sent an event, or received it.
function agentOf(life, at, role, data, say) {
  return say(`model.agent.${data.agents[life.events[role][at]]}`);
}

// Who did it, and to whom where that is somebody else.
function toldWho(life, at, data, say) {
  const [from, to] = ["sender", "receiver"].map((role) => agentOf(life, at, role, data, say));
  const alone = from === to || data.agents[life.events.receiver[at]] === "EVERYBODY";
  return alone ? from : say("twins.who", { from, to });
}

// What became of a case, step by step; what only says that somebody listened is left to the step after it.
function wayOf(life, steps, say) {
  const named = steps.filter((at) => !LISTENING.has(life.kinds[at])).map((at) => {
    const kind = life.kinds[at];
    if (kind === "INCIDENT") return say(life.look[at] === "repaired" ? "twins.repaired" : "twins.unrepaired");
    if (life.look[at] === "unheard") return say("twins.not_heard");
    return say.has(`model.event.${kind}`) ? say(`model.event.${kind}`) : kind.toLowerCase().replaceAll("_", " ");
  });
  return named.join(" \u2192 ") || say("twins.did_not_happen");
}
