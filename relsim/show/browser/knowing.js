// What did each level know at this moment? Problems it has heard of, and what it goes by, beside what really is.

// Write words only where they have changed, so that playing costs little.
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

// A share in words and as a bar.
function measure(words, name) {
  const fill = html("div", { class: `fill ${name}` });
  const value = html("b", {});
  const box = html("p", { class: "measure" }, html("span", {}, words),
    html("span", { class: "track", "aria-hidden": "true" }, fill), value);
  return {
    box,
    show(share, shown) {
      box.classList.toggle("nothing", share === null);
      fill.style.width = `${100 * Math.min(1, share ?? 0)}%`;
      write(value, shown);
    },
  };
}

// Of how many of the problems that anybody knows a team has heard.
function hearing(firm, level, say) {
  const bar = measure(say(`model.firm.${firm}`), "heard");
  return {
    box: bar.box,
    show(life, now) {
      const all = countUntil(life.problems, now);
      const heard = countUntil(life.heard[`${firm}_${level}`], now);
      bar.show(all ? heard / all : 0, say("twins.heard", { heard: say.number(heard), all: say.number(all) }));
    },
  };
}

// What each level goes by: its bars, and a sentence, from the state after the last event.
const GOES_BY = {
  STRATEGIC: {
    bars: [["twins.belief_client", "belief"], ["twins.belief_supplier", "belief"], ["twins.kept", "real"]],
    shares({ promise, belief_client, belief_supplier, kept }, at) {
      return promise[at] > 0 ? [belief_client[at], belief_supplier[at], kept[at]] : [null, null, null];
    },
    sentence({ promise, attention_client, attention_supplier, kept }, at, say) {
      if (!(promise[at] > 0)) return say("twins.unsigned");
      if (kept[at] === null) return say("twins.untried");
      const [client, supplier] = [attention_client, attention_supplier].map((each) => say.number(100 * each[at]));
      return say("twins.attention", { client, supplier });
    },
  },
  TACTICAL: {
    bars: [],
    shares: () => [],
    sentence({ estimate, estimate_sd }, at, say) {
      if (estimate_sd[at] === estimate_sd[0]) return say("twins.unmeasured");
      return say("twins.measured", { fit: say.number(100 * estimate[at]), sd: say.number(100 * estimate_sd[at]) });
    },
  },
  OPERATIONAL: {
    bars: [["twins.delivered", "real"], ["twins.needed", "needed"]],
    shares({ performance, kept }, at, life) {
      return kept[at] === null ? [null, null] : [performance[at], life.break_even];
    },
    sentence: ({ kept }, at, say) => (kept[at] === null ? say("twins.not_met") : ""),
  },
};

// One level of both firms of one life.
function levelBox(level, data, say) {
  const name = LEVELS[level];
  const by = GOES_BY[name];
  const heard = FIRMS.map((firm) => hearing(firm, name, say));
  const bars = by.bars.map(([words, look]) => measure(say(words), look));
  const [sentence, last] = [html("p", {}), html("p", { class: "last" })];
  const goesBy = html("div", { class: "goes-by" }, html("p", { class: "head" }, say("twins.goes_by")),
    ...bars.map((each) => each.box), sentence);
  const box = html("li", { class: "level" },
    html("h5", {}, say(`model.level.${name}`)),
    html("div", { class: "problems" }, html("p", { class: "head" }, say("twins.problems")),
      ...heard.map((each) => each.box)),
    goesBy, last);
  return {
    box,
    show(life, now) {
      const at = Math.max(0, countUntil(life.times, now) - 1);
      heard.forEach((each) => each.show(life, now));
      const shares = by.shares(life.course, at, life);
      goesBy.classList.toggle("bare", shares.every((share) => share === null));
      shares.forEach((share, place) => bars[place].show(share, share === null ? "" : say.percent(share)));
      write(sentence, by.sentence(life.course, at, say));
      const seen = countUntil(life.tookTimes[level], now) - 1;
      const event = life.took[level][seen];
      write(last, seen < 0 ? "" : say("twins.last", {
        event: told(life, event, data, say), year: say.number(life.times[event], 2),
      }));
    },
  };
}

// All levels of one life, and in one sentence what the tops know.
function knowingOf(data, say, arm) {
  const levels = LEVELS.map((_, level) => levelBox(level, data, say));
  const [state, lead] = [html("span", { class: "state" }), html("p", { class: "lead" })];
  const box = html("div", { class: "knowing" }, html("h4", {}, arm, " ", state), lead,
    html("ul", { role: "list" }, ...levels.map((each) => each.box)));
  return {
    box,
    show(life, now) {
      const at = Math.max(0, countUntil(life.times, now) - 1);
      const over = now >= life.end && life.ending !== "ONGOING";
      const phase = say(`model.phase.${data.phases[life.course.phase[at]]}`);
      write(state, over ? say("twins.over", { year: say.number(life.end, 2) }) : say("twins.now", { phase }));
      const all = countUntil(life.problems, now);
      const [client, supplier] = FIRMS.map((firm) => say.number(countUntil(life.heard[`${firm}_STRATEGIC`], now)));
      write(lead, all ? say("twins.tops_heard", { client, supplier }, all) : say("twins.no_problems"));
      levels.forEach((each) => each.show(life, now));
    },
  };
}
