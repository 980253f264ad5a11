// How trust, belief and money go: lines that jump at events, on the axis of the lanes.

const TALL = 118;

// What each drawing shows: its lines by column, each with a dash of its own, and where its values lie.
const COURSES = {
  trust: {
    lines: LEVELS.map((level, at) => ({
      column: `trust_${level.toLowerCase()}`, words: `model.level.${level}`, name: `line-${at}`,
    })),
    shown: () => true,
  },
  belief: {
    lines: [
      { column: "belief_client", words: "twins.belief_client", name: "line-0", against: "kept" },
      { column: "belief_supplier", words: "twins.belief_supplier", name: "line-1", against: "kept" },
      { column: "kept", words: "twins.kept", name: "line-real" },
    ],
    shown: (life, at) => life.course.promise[at] > 0,
  },
  money: {
    lines: FIRMS.map((firm, at) => ({
      column: `money_${firm.toLowerCase()}`, words: `model.firm.${firm}`, name: `line-${at}`,
    })),
    shown: () => true,
  },
};

// The value of a column after the last event until now; null where there is none to show.
function valueAt(life, course, column, now) {
  const at = countUntil(life.times, now) - 1;
  return at < 0 || !course.shown(life, at) ? null : life.course[column][at];
}

// The stretches of a column, each a list of (time, value, event), with the time until which the last value holds.
function stretches(life, course, column) {
  const found = [];
  let open = null;
  life.course[column].forEach((value, at) => {
    const shown = value !== null && course.shown(life, at);
    if (!shown && open) open = (open.until = life.times[at], null);
    if (!shown) return;
    if (!open) found.push(open = { points: [], until: life.end });
    open.points.push([life.times[at], value, at]);
  });
  return found;
}

// A line that holds each value until the next event.
function stepped({ points, until }, x, y) {
  const [first, ...rest] = points;
  const steps = rest.map(([time, value]) => `H${tenth(x(time))}V${tenth(y(value))}`).join("");
  return `M${tenth(x(first[0]))} ${tenth(y(first[1]))}${steps}H${tenth(x(until))}`;
}

// The area between a column and another, wherever both are known.
function between(life, course, column, against, x, y) {
  return stretches(life, course, against).map(({ points, until }) => {
    const other = points.map(([time, , at]) => [time, life.course[column][at]]).reverse();
    const back = other.map(([time, value], at) =>
      `L${tenth(x(at ? other[at - 1][0] : until))} ${tenth(y(value))}H${tenth(x(time))}`);
    return svg("path", { d: `${stepped({ points, until }, x, y)}${back.join("")}Z`, class: "gap" });
  });
}

// The range of money of both lives, so that both are drawn on one scale.
function rangeOfMoney(lives, factor) {
  const values = lives.flatMap((life) => COURSES.money.lines.flatMap(({ column }) => life.course[column]));
  const low = Math.min(0, ...values) * factor;
  const high = Math.max(0, ...values) * factor;
  const room = 0.06 * (high - low || 1);
  return [low - room, high + room];
}

// One drawing of a life's course.
function drawCourse(name, life, data, scale, say, range) {
  const course = COURSES[name];
  const factor = name === "money" ? data.money.factor : 1;
  const [low, high] = range;
  const y = (value) => 8 + ((high - value * factor) / (high - low)) * (TALL - 16);
  const step = stepOf(high - low, TALL - 16, 26);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const rules = [];
  for (let at = Math.ceil(low / step); at * step <= high + 1e-9; at += 1) {
    const down = y((at * step) / factor);
    const label = name === "money" ? say.number(at * step, digits) : say.percent(at * step);
    rules.push(line(scale.left, down, scale.width, down, at === 0 && name === "money" ? "zero" : "rule"));
    rules.push(text(scale.left - 8, down + 4, label, "small", "end"));
  }
  const gaps = course.lines.filter(({ against }) => against)
    .flatMap(({ column, against }) => between(life, course, column, against, scale.x, y));
  const drawn = course.lines.flatMap(({ column, name: look }) =>
    stretches(life, course, column).map((each) =>
      svg("path", { d: stepped(each, scale.x, y), class: `line ${look}` })));
  return plot(scale, TALL + AXIS, null, ...ground(life, data, scale, 0, TALL), ...rules, ...gaps, ...drawn,
    ...axis(scale, TALL, say));
}

// The key of a drawing, which also says each value at the play head.
function keyOf(name, say) {
  const course = COURSES[name];
  const values = course.lines.map(() => html("b", {}));
  const key = html("p", { class: "key" }, ...course.lines.map(({ words, name: look }, at) =>
    html("span", {},
      svg("svg", { width: 30, height: 10, "aria-hidden": "true" },
        svg("path", { d: "M1 5H29", class: `line ${look}` })),
      say(words), " ", values[at])));
  return { key, values };
}
