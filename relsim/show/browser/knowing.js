// What did each level know at this moment? Problems it has heard of, and what it goes by, beside what really is.

// A bar of which a part is filled, with needles where somebody believes it to be.
function gauge(needles) {
  const fill = html("div", { class: "fill" });
  const marks = Array.from({ length: needles }, (_, at) => html("div", { class: `needle needle-${at}` }));
  const box = html("div", { class: "gauge", "aria-hidden": "true" }, html("div", { class: "track" }, fill), ...marks);
  return {
    box,
    show(share, ...places) {
      fill.style.width = `${100 * (share ?? 0)}%`;
      marks.forEach((mark, at) => {
        mark.hidden = places[at] === null || places[at] === undefined;
        if (!mark.hidden) mark.style.left = `${100 * Math.min(1, places[at])}%`;
      });
    },
  };
}

// Write words only where they have changed, so that playing costs little.
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

// Of how many problems a team has heard.
function hearing(team, say) {
  const bar = gauge(0);
  const count = html("b", {});
  const firm = team.startsWith("CLIENT") ? "CLIENT" : "SUPPLIER";
  const box = html("p", { class: "heard" }, html("span", { class: "firm" }, say(`model.firm.${firm}`)), bar.box, count);
  return {
    box,
    show(life, now) {
      const all = countUntil(life.problems, now);
      const heard = countUntil(life.heard[team], now);
      bar.show(all ? heard / all : 0);
      write(count, all ? say("twins.heard", { heard: say.number(heard), all: say.number(all) }) : say("twins.none_yet"));
    },
  };
}

// What a level goes by: a sentence, a bar with needles, and a remark.
const GOES_BY = {
  STRATEGIC(life, at, say) {
    const { promise, belief_client, belief_supplier, kept, attention_client, attention_supplier } = life.course;
    const percent = (value) => say.number(100 * value);
    const attention = say("twins.attention", {
      client: percent(attention_client[at]), supplier: percent(attention_supplier[at]),
    });
    if (!(promise[at] > 0)) return { said: say("twins.unsigned"), remark: attention };
    const beliefs = [belief_client[at], belief_supplier[at]];
    const said = say("twins.believes", { client: percent(beliefs[0]), supplier: percent(beliefs[1]) });
    if (kept[at] === null) return { said, remark: say("twins.untried"), needles: beliefs };
    return { said, really: say("twins.really", { kept: percent(kept[at]) }), remark: attention, share: kept[at], needles: beliefs };
  },
  TACTICAL(life, at, say) {
    const { estimate, estimate_sd } = life.course;
    if (estimate_sd[at] === estimate_sd[0]) return { said: say("twins.unmeasured") };
    const [fit, sd] = [say.number(estimate[at], 2), say.number(estimate_sd[at], 2)];
    return { said: say("twins.measured", { fit, sd }) };
  },
  OPERATIONAL(life, at, say) {
    const { performance, kept } = life.course;
    if (kept[at] === null) return { said: say("twins.not_met") };
    const [real, needed] = [performance[at], life.break_even];
    return {
      said: say("twins.delivers", { real: say.number(100 * real), needed: say.number(100 * needed) }),
      share: real,
      needles: [needed],
    };
  },
};

// One level of both firms of one life.
function levelBox(level, data, say) {
  const name = LEVELS[level];
  const heard = FIRMS.map((firm) => hearing(`${firm}_${name}`, say));
  const [said, really, remark, last] = ["said", "really", "remark", "last"].map((each) => html("p", { class: each }));
  const bar = gauge(name === "STRATEGIC" ? 2 : name === "OPERATIONAL" ? 1 : 0);
  const box = html("li", { class: `level ${name.toLowerCase()}` },
    html("h5", {}, say(`model.level.${name}`)),
    html("div", { class: "problems" }, ...heard.map((each) => each.box)),
    html("div", { class: "goes-by" }, said, name === "TACTICAL" ? null : bar.box, really, remark),
    last);
  return {
    box,
    show(life, now) {
      const at = Math.max(0, countUntil(life.times, now) - 1);
      const by = GOES_BY[name](life, at, say);
      heard.forEach((each) => each.show(life, now));
      write(said, by.said);
      write(really, by.really ?? "");
      write(remark, by.remark ?? "");
      bar.box.hidden = !by.needles;
      bar.show(by.share, ...(by.needles ?? []));
      const took = life.took[level];
      const seen = countUntil(life.tookTimes[level], now) - 1;
      const event = seen < 0 ? "" : told(life, took[seen], data, say);
      write(last, seen < 0 ? "" : say("twins.last", { event, year: say.number(life.times[took[seen]], 2) }));
    },
  };
}

// All levels of one life.
function knowingOf(data, say) {
  const levels = LEVELS.map((_, level) => levelBox(level, data, say));
  const state = html("p", { class: "state" });
  const box = html("div", { class: "knowing" }, state, html("ul", {}, ...levels.map((each) => each.box)));
  return {
    box,
    show(life, now) {
      const at = Math.max(0, countUntil(life.times, now) - 1);
      const over = now >= life.end && life.ending !== "ONGOING";
      const phase = say(`model.phase.${data.phases[life.course.phase[at]]}`);
      write(state, over ? say("twins.over", { year: say.number(life.end, 2) }) : say("twins.now", { phase }));
      box.classList.toggle("is-over", over);
      levels.forEach((each) => each.show(life, now));
    },
  };
}
