// One life in six lanes, one a team: its phases, its events as marks, and the way of a case up and down again.

const STRIP = 20; // where the names of phases stand
const AXIS = 24; // where the years stand
const REACH = 16; // pixels from a mark within which it is meant
const ASIDE = { complaint: -0.27, celebrated: -0.3, left: 0.3 }; // of a lane's height: what would cover other marks

// Where things stand: the same years at the same places in all drawings of both lives.
function scaleOf(width, until, narrow) {
  const left = narrow ? 98 : 116;
  const edge = 9; // so that marks at either end are whole
  const years = until || 1;
  const perYear = (width - left - 2 * edge) / years;
  return {
    width, left, until: years, perYear, lane: narrow ? 32 : 36,
    x: (time) => left + edge + time * perYear,
    time: (x) => (x - left - edge) / perYear,
  };
}

// A drawing with what moves over it: a cover over what has not happened yet, and the play head; and how it ended, which
// is shown as soon as it has.
function plot(scale, height, ended, ...drawn) {
  const cover = html("div", { class: "cover" });
  const head = html("div", { class: "playhead" });
  const ending = ended ? html("div", { class: "ending" }, ended.words) : null;
  if (ending) ending.style.left = `${scale.x(ended.time) - scale.left + 6}px`;
  const over = html("div", { class: "over", "aria-hidden": "true" }, cover, head, ending);
  over.style.left = `${scale.left}px`;
  const picture = svg("svg", { width: scale.width, height, "aria-hidden": "true" }, ...drawn);
  const box = html("div", { class: "plot" }, picture, over);
  box.style.height = `${height}px`;
  const move = (now) => {
    const shift = `translateX(${(scale.x(now) - scale.left).toFixed(2)}px)`;
    cover.style.transform = shift;
    head.style.transform = shift;
    ending?.classList.toggle("future", now < ended.time);
  };
  return { box, picture, move };
}

const text = (x, y, words, name, anchor = "start") =>
  svg("text", { x: tenth(x), y: tenth(y), class: name, "text-anchor": anchor }, words);
const rectangle = (x, y, width, height, name) =>
  svg("rect", { x: tenth(x), y: tenth(y), width: Math.max(0, tenth(width)), height: tenth(height), class: name });
const line = (x1, y1, x2, y2, name) =>
  svg("line", { x1: tenth(x1), y1: tenth(y1), x2: tenth(x2), y2: tenth(y2), class: name });

// Round steps such that words of some pixels have room between them.
function stepOf(range, pixels, room) {
  const least = (range * room) / Math.max(pixels, 1);
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= least * 0.999);
}

// The years under a drawing.
function axis(scale, y, say) {
  const step = stepOf(scale.until, scale.until * scale.perYear, say.language === "nl" ? 52 : 48);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const drawn = [];
  for (let at = 0; at * step <= scale.until + 1e-9; at += 1) {
    const x = scale.x(at * step);
    drawn.push(line(x, y, x, y + 4, "rule"), text(x, y + 17, say.number(at * step, digits), "small", "middle"));
  }
  drawn.push(text(scale.left - 8, y + 17, say("twins.year"), "small", "end"));
  return drawn;
}

// The phases of a life: where each begins and ends.
function phasesOf(life, data) {
  const found = [];
  life.course.phase.forEach((phase, at) => {
    if (at === 0 || phase !== life.course.phase[at - 1]) found.push({ name: data.phases[phase], from: life.times[at] });
  });
  found.forEach((each, at) => { each.until = found[at + 1]?.from ?? life.end; });
  return found.filter((each) => each.name !== "ENDED");
}

// When it limped: from each mark to the next, or to the end.
function limpingOf(life) {
  const found = [];
  life.kinds.forEach((kind, at) => {
    if (kind === "LIMPING_BEGAN") found.push([life.times[at], life.end]);
    if (kind === "LIMPING_ENDED" && found.length) found[found.length - 1][1] = life.times[at];
  });
  return found;
}

// The background of all drawings of a life, and its end.
function ground(life, data, scale, top, height) {
  const drawn = phasesOf(life, data).map(({ name, from, until }) =>
    rectangle(scale.x(from), top, (until - from) * scale.perYear, height, `phase ${name.toLowerCase()}`));
  const x = scale.x(life.end);
  const over = life.ending !== "ONGOING";
  return [...drawn, line(x, top, x, top + height, over ? "ended" : "horizon")];
}

// About how many pixels words take.
const wide = (words, letter = 6.6) => words.length * letter;

// The names of phases, as far as they find room, and limping.
function strip(life, data, scale, say) {
  const names = phasesOf(life, data).map(({ name, from, until }) => {
    const words = say(`model.phase.${name}`);
    return wide(words) < (until - from) * scale.perYear ? text(scale.x(from) + 4, 14, words, "small") : null;
  });
  const limping = limpingOf(life).flatMap(([from, until]) => {
    const words = say("twins.limping");
    const [x, width] = [scale.x(from), (until - from) * scale.perYear];
    return [
      rectangle(x, STRIP - 4, Math.max(width, 2), 5, "limping"),
      wide(words) < width ? text(x + width / 2, 13, words, "small strong", "middle") : null,
    ];
  });
  return [...names, ...limping];
}

// How a life ended, in words, where there is room for them.
function endingOf(life, scale, say) {
  if (life.ending === "ONGOING") return null;
  const words = say(`model.ending.${life.ending}`);
  return scale.width - scale.x(life.end) - 8 > wide(words, 7) ? { words, time: life.end } : null;
}

// The lanes of one life, with all that happened. `look` is told which event is looked at, `choose` which is chosen.
function drawLanes(life, data, scale, say, { look, choose }) {
  const height = 6 * scale.lane;
  const y = (lane) => STRIP + (lane + 0.5) * scale.lane + (lane > MIDDLE ? 3 : lane < MIDDLE ? -3 : 0);
  const names = LANES.map((team, lane) =>
    text(scale.left - 8, y(lane) + 4, say(`model.level.${LEVELS[levelOf(lane)]}`), "lane-name", "end"));
  const firms = FIRMS.map((firm, at) => {
    const middle = STRIP + (at ? 4.5 : 1.5) * scale.lane;
    const label = text(0, 0, say(`model.firm.${firm}`), "firm-name", "middle");
    label.setAttribute("transform", `translate(11 ${middle}) rotate(-90)`);
    return label;
  });
  const rules = LANES.map((_, lane) => line(scale.left, y(lane), scale.width, y(lane), "rule"));
  rules.push(line(4, STRIP + height / 2, scale.width, STRIP + height / 2, "between"));
  const aside = (at) => (ASIDE[life.look[at]] ?? 0) * scale.lane;
  const places = life.lanes.map((lanes, at) => lanes.map((lane) => [scale.x(life.times[at]), y(lane) + aside(at)]));
  const drawn = Object.keys(LOOKS).flatMap((name) => {
    const chosen = life.look.flatMap((look, at) => (look === name ? places[at] : []));
    return chosen.length ? [marked(name, chosen)] : [];
  });
  const thread = svg("g", { class: "thread" });
  const made = plot(scale, STRIP + height + AXIS, endingOf(life, scale, say),
    ...ground(life, data, scale, 0, STRIP + height), ...rules, ...firms, ...names, ...strip(life, data, scale, say),
    ...drawn, thread, ...axis(scale, STRIP + height, say));
  const nearest = (event) => {
    const area = made.box.getBoundingClientRect();
    const reach = event.pointerType === "touch" ? 1.5 * REACH : REACH;
    return meant(life, places, event.clientX - area.left, event.clientY - area.top, reach);
  };
  made.box.addEventListener("pointermove", (event) => look(nearest(event)));
  made.box.addEventListener("pointerleave", () => look(null));
  made.box.addEventListener("click", (event) =>
    choose(nearest(event), event.clientX - made.box.getBoundingClientRect().left));
  return { ...made, places, thread, height: STRIP + height };
}

// The event that is meant by a place: the nearest mark, and a routine one only where no other is near.
function meant(life, places, x, y, reach) {
  let found = null;
  let least = reach * reach;
  places.forEach((all, at) => {
    if (life.look[at] === null) return;
    const handicap = life.look[at] === "routine" ? 100 : LOOKS[life.look[at]].stop ? -6 : 0;
    for (const [right, down] of all) {
      const distance = (right - x) ** 2 + (down - y) ** 2 + handicap;
      if (distance < least) [found, least] = [at, distance];
    }
  });
  return found;
}

// Light up the events of one case, in the order in which they happened, and the one that is looked at.
function follow(lanes, steps, at) {
  const places = steps.map((each) => lanes.places[each]);
  const way = places.filter((all) => all.length === 1).map(([[x, y]]) => `${tenth(x)} ${tenth(y)}`);
  const ring = (name, radius) => ([x, y]) => svg("circle", { cx: tenth(x), cy: tenth(y), r: radius, class: name });
  lanes.thread.replaceChildren(
    ...(way.length > 1 ? ["halo", "way"].map((name) => svg("path", { d: `M${way.join("L")}`, class: name })) : []),
    ...places.flat().map(ring("ring", 8)),
    ...(at === null ? [] : lanes.places[at].map(ring("ring here", 11))),
  );
}
