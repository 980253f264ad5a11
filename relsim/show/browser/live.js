// The live comparison: sliders and policies on one side, what both launches come to on the other.

const REST = 200; // milliseconds without a question after which more pairs of firms are asked for
const ENDINGS = ["ONGOING", "QUIET_EXIT", "HOSTILE_EXIT", "EXPIRED", "OUTSIDE", "WINDOW_LOST", "ABANDONED", "NO_DEAL"];
const BETTER = { alive: "more", half: "more", leaving: "less", loss: "less", net: "more" };
const HEADLINES = ["launched", "alive", "half", "leaving", "loss", "net"];
const IN_PERCENT = ["launched", "alive", "leaving"];

export function draw(element, data, options) {
  // in a notebook, keys that move a slider are no commands
  const root = html("section", { class: "relsim relsim-live", "data-lm-suppress-shortcuts": "true" });
  let language = options.language;
  let chosen, picture, refusal, questions, page;

  // Begin with a scenario as it is.
  function begin() {
    end();
    questions = asking(options.ask, data.sizes, answered);
    chosen = { per: "contact", numbers: {}, policies: {}, sight: null };
    [picture, refusal] = [data.first, null];
    root.dataset.replications = picture.replications;
    build();
    questions.refine({});
  }

  // Answers that are still to come are of no use any more.
  function end() {
    questions?.stop();
    page?.forget();
  }

  // Everything anew in the language of the page; what was chosen stays.
  function build() {
    page = pageOf(speaking(data.words, language), data, chosen, {
      changed() {
        page.forget();
        questions.ask(settingsOf(chosen));
      },
      turned: () => page.paint(picture),
      find: (wish, after) => answerTo(options.ask, { kind: "find", settings: settingsOf(chosen), wish, after }),
      found: (replication) => options.found?.(replication, settingsOf(chosen)),
    });
    root.lang = language;
    root.replaceChildren(html("div", { class: "bench" }, ...page.elements));
    page.paint(picture);
    complain(refusal);
  }

  // Say what was refused, if anything, and leave the last picture, faint.
  function complain(answer) {
    refusal = answer;
    root.classList.toggle("stale", refusal !== null);
    page.complain(refusal);
  }

  // The answer to a question that was asked at a moment.
  function answered(answer, since) {
    complain(answer.error === undefined ? null : answer);
    if (refusal !== null) return;
    picture = answer;
    page.paint(picture);
    root.dataset.replications = picture.replications;
    if (picture.replications !== data.sizes[0]) page.tell(picture);
    else requestAnimationFrame(() => (root.dataset.milliseconds = Math.round(performance.now() - since)));
  }

  const speak = (event) => {
    language = event.detail;
    build();
  };
  element.replaceChildren(root);
  begin();
  window.addEventListener(LANGUAGE_CHANGED, speak);
  return {
    update(other) {
      data = other;
      begin();
    },
    destroy() {
      end();
      window.removeEventListener(LANGUAGE_CHANGED, speak);
      root.remove();
    },
  };
}

// What was chosen, as Python reads it: a copy, since questions wait.
function settingsOf({ numbers, policies }) {
  return structuredClone({ numbers, policies });
}

// What is answered to a message, also where nobody answers.
async function answerTo(ask, message) {
  try {
    return await ask(message);
  } catch {
    return { error: "", silent: true };
  }
}

// Ask about settings: one question at a time, of those that wait only the latest, and after a rest about more pairs.
function asking(ask, [few, many], answered) {
  let [flying, waiting, resting, stopped] = [false, null, null, false];

  async function send(settings, replications, since) {
    clearTimeout(resting);
    if (flying) {
      waiting = [settings, replications, since];
      return;
    }
    flying = true;
    const answer = await answerTo(ask, { kind: "compare", settings, replications });
    flying = false;
    if (stopped) return;
    answered(answer, since);
    if (waiting) {
      const next = waiting;
      waiting = null;
      send(...next);
    } else if (replications === few && answer.error === undefined) {
      resting = setTimeout(() => send(settings, many, performance.now()), REST);
    }
  }

  return {
    ask: (settings) => send(settings, few, performance.now()),
    refine: (settings) => send(settings, many, performance.now()),
    stop() {
      stopped = true;
      clearTimeout(resting);
    },
  };
}

// The whole page in one language: its elements, and how they take a picture, a complaint, and a remark for listeners.
function pageOf(say, data, chosen, doing) {
  const names = data.first.arms.map((arm) => armName(say, arm));
  const unit = say(`units.money.${data.money.size}`, data.money);
  const controls = controlsOf(say, names, data, chosen, doing);
  const curves = curvesOf(say, names, data, chosen, doing);
  const parts = [curves, endingsOf(say, names), tableOf(say, names, unit, chosen)];
  const pairs = html("p", { class: "pairs" });
  const heard = html("p", { class: "unseen", "aria-live": "polite" });
  const finder = finderOf(say, names, data, chosen, doing);
  return {
    elements: [controls, pairs, ...parts.map((part) => part.element), finder.element, heard],
    forget: finder.forget,
    paint(picture) {
      pairs.textContent = say("live.pairs", {}, picture.replications);
      for (const part of parts) part.paint(picture);
    },
    complain: (refusal) => curves.complain(refusal === null ? "" : complaintOf(say, data, names, refusal)),
    tell(picture) {
      const [value, low, high] = lineOf(picture, "net").difference.map((each) => say.number(each, 2, "exceptZero"));
      const interval = say("live.between", { low, high });
      const told = { pairs: pairs.textContent, first: names[0], second: names[1], difference: value, unit, interval };
      heard.textContent = say("live.said.headline", told);
    },
  };
}

// An arm by its name, or in words where its name is that of its launch.
function armName(say, { arm, launch }) {
  return arm === launch ? say(`model.launch.${launch.toUpperCase().replace("-", "_")}`) : arm;
}

// Why something was refused, in words of the page where it has any.
function complaintOf(say, data, names, answer) {
  if (answer.silent) return say("live.error.silent");
  if (!answer.clashes?.length) return say("live.error.refused", { text: answer.error });
  const policyName = (name) => (data.switches.includes(name) ? say(`live.policies.${name}.name`) : name);
  return answer.clashes
    .map(({ arm, policies: [one, other] }) => {
      const place = data.first.arms.findIndex((each) => each.arm === arm);
      return say("live.error.clash", { arm: names[place], one: policyName(one), other: policyName(other) });
    })
    .join(" ");
}

// ---------------------------------------------------------------- what may be changed

// Sliders, switches, and a button that takes all back.
function controlsOf(say, names, data, chosen, doing) {
  const sliders = data.sliders.map((slider) => sliderOf(say, slider, chosen.numbers, doing.changed));
  const switches = switchesOf(say, names, data, chosen.policies, doing.changed);
  const reset = () => {
    for (const each of [...sliders, switches]) each.reset();
    doing.changed();
  };
  return html(
    "div",
    { class: "controls" },
    html("h3", {}, say("live.what-if")),
    ...sliders.map((slider) => slider.element),
    switches.element,
    html("button", { type: "button", class: "reset", click: reset }, say("live.reset")),
  );
}

// One number: its name, where it stands and stood, and the slider; what is as in the scenario is not sent.
function sliderOf(say, { name, values, start, percent, whole }, numbers, changed) {
  const told = (value) => {
    if (percent) return say("live.percent", { number: say.number(100 * value) });
    const key = `live.numbers.${name}.value`;
    return whole ? say(key, {}, value) : say(key, { number: say.number(value, 2) });
  };
  const stands = html("span", {});
  const input = html("input", {
    type: "range",
    min: 0,
    max: values.length - 1,
    step: 1,
    "aria-label": say(`live.numbers.${name}.name`),
    input: () => {
      show();
      if (at() === start) delete numbers[name];
      else numbers[name] = values[at()];
      changed();
    },
  });
  const at = () => Number(input.value);
  const show = () => {
    const value = told(values[at()]);
    input.setAttribute("aria-valuetext", value);
    stands.replaceChildren(value);
    if (at() !== start) stands.prepend(html("small", {}, `${told(values[start])} \u2192 `));
  };
  input.value = name in numbers ? values.indexOf(numbers[name]) : start;
  show();
  const label = html("b", {}, say(`live.numbers.${name}.name`));
  const hint = html("small", {}, say(`live.numbers.${name}.hint`));
  return {
    element: html("label", { class: "slider", "data-name": name }, label, stands, input, hint),
    reset() {
      delete numbers[name];
      input.value = start;
      show();
    },
  };
}

// Policies by launch, as a table of boxes to tick; what the one at hand means stands below.
function switchesOf(say, names, data, policies, changed) {
  const boxes = [];
  const meaning = html("p", { class: "meaning", "aria-hidden": "true" }, say("live.policies.hint"));
  const rows = data.switches.map((policy) => {
    const name = say(`live.policies.${policy}.name`);
    const hint = say(`live.policies.${policy}.hint`);
    const cells = data.first.arms.map(({ arm }, place) => {
      const before = data.adopted[arm].includes(policy);
      const box = html("input", {
        type: "checkbox",
        "data-policy": policy,
        "data-arm": arm,
        "aria-label": say("live.policies.switch", { policy: name, arm: names[place], hint }),
        change: () => {
          policies[arm] ??= {};
          if (box.checked === before) delete policies[arm][policy];
          else policies[arm][policy] = box.checked;
          changed();
        },
      });
      box.checked = policies[arm]?.[policy] ?? before;
      boxes.push([box, before]);
      return html("td", {}, html("label", {}, box));
    });
    const tell = () => (meaning.textContent = `${name}: ${hint}.`);
    return html("tr", { mouseenter: tell, focusin: tell }, html("th", { scope: "row" }, name), ...cells);
  });
  const heads = [say("live.policies.title"), ...names].map((head) => html("th", { scope: "col" }, head));
  return {
    element: html("div", { class: "switches" }, tableOfRows(heads, rows), meaning),
    reset() {
      for (const arm of Object.keys(policies)) delete policies[arm];
      for (const [box, before] of boxes) box.checked = before;
    },
  };
}

// ---------------------------------------------------------------- what comes of it

// Survival of both launches: two curves with their bands, each named where it runs, and room for a complaint.
function curvesOf(say, names, data, chosen, doing) {
  const bands = names.map((_, place) => svg("path", { class: `band arm-${place}` }));
  const lines = names.map((_, place) => svg("path", { class: `line arm-${place}` }));
  const labels = names.map((name, place) => html("span", { class: "label" }, sampleOf(place), html("span", {}, name)));
  const quarters = [1, 0.75, 0.5, 0.25, 0];
  const grid = quarters.map((share) => svg("path", { class: "grid", d: `M0,${1000 - 1000 * share}H1000` }));
  const whole = { viewBox: "0 0 1000 1000", preserveAspectRatio: "none", "aria-hidden": "true" };
  const plot = html("div", { class: "plot", role: "img" }, svg("svg", whole, ...grid, ...bands, ...lines), ...labels);
  const shares = quarters.map((share) => html("span", {}, say("live.percent", { number: say.number(100 * share) })));
  const years = ticks(data.horizon).map((year) => {
    return html("span", { style: `left: ${(100 * year) / data.horizon}%` }, say.number(year, year % 1 ? 2 : 0));
  });
  const choices = ["contact", "launched"].map((per) => {
    const choose = () => {
      chosen.per = per;
      doing.turned();
    };
    return html("button", { type: "button", "data-per": per, click: choose }, say(`live.survival.${per}`));
  });
  const axis = html("p", { class: "axis" });
  const complaint = html("p", { class: "complaint", role: "alert" });
  let drawn = [];
  new ResizeObserver(() => placeNames(plot, labels, drawn)).observe(plot);
  const element = html(
    "figure",
    { class: "curves" },
    html("h3", {}, say("live.survival.title")),
    html("div", { class: "choices", role: "group", "aria-label": say("live.survival.of") }, ...choices),
    html("div", { class: "shares", "aria-hidden": "true" }, ...shares),
    plot,
    html("div", { class: "years", "aria-hidden": "true" }, ...years),
    axis,
    complaint,
  );
  return {
    element,
    complain: (text) => (complaint.textContent = text),
    paint(picture) {
      const found = picture.arms.map((arm) => arm.survival[chosen.per]);
      const since = say(`live.survival.since.${chosen.per}`);
      axis.textContent = `${since}. ${say("live.survival.band")}`;
      plot.setAttribute("aria-label", say("live.survival.picture", { since, one: names[0], other: names[1] }));
      for (const each of choices) each.setAttribute("aria-pressed", each.dataset.per === chosen.per);
      const across = picture.years.map((year) => (1000 * year) / (data.horizon || 1));
      found.forEach((curve, place) => {
        const [line, band] = pathsOf(across, curve);
        lines[place].setAttribute("d", line);
        bands[place].setAttribute("d", band);
        const nobody = curve.value[0] === null;
        labels[place].lastChild.textContent = nobody ? `${names[place]}: ${say("live.survival.nobody")}` : names[place];
      });
      drawn = found.map((curve) => curve.value);
      placeNames(plot, labels, drawn);
    },
  };
}

// A curve and its band, as far as they are known, in a square of 1,000 by 1,000.
function pathsOf(across, { value, low, high }) {
  const known = value.filter((each) => each !== null).length;
  if (known === 0) return ["", ""];
  const point = (share, place) => `${across[place].toFixed(1)},${(1000 - 1000 * share).toFixed(1)}`;
  const points = (shares) => shares.slice(0, known).map((share, place) => point(share ?? value[place], place));
  const [line, under, over] = [value, low, high].map(points);
  return [`M${line.join("L")}`, `M${over.join("L")}L${under.reverse().join("L")}Z`];
}

// Put the name of the upper curve above both and that of the lower one below, or above too where there is no room.
function placeNames(plot, labels, curves) {
  const { width, height } = plot.getBoundingClientRect();
  if (!width || !height || curves.length === 0) return; // not seen yet
  const known = curves.map((curve) => curve.filter((share) => share !== null));
  const [highest, lowest] = [[], []]; // of both curves, as far as each name reaches
  for (const label of labels) {
    const from = Math.max(0, Math.floor((1 - label.offsetWidth / width) * (curves[0].length - 1)) - 1);
    const along = known.flatMap((curve) => (curve.length > from ? curve.slice(from) : curve.slice(-1)));
    highest.push(Math.max(0, ...along));
    lowest.push(Math.min(1, ...along));
  }
  const room = (labels[0].offsetHeight + 8) / height; // that a name takes, as a share of the height
  const upper = (known[0].at(-1) ?? 1) >= (known[1].at(-1) ?? 1) ? 0 : 1;
  const lower = 1 - upper;
  // the upper edges of both names, from the bottom
  let above = Math.min(1, highest[upper] + room);
  let below = Math.min(lowest[lower], above - room);
  if (below < room) [below, above] = [above, Math.min(1, above + room)];
  labels[upper].style.top = `${100 * (1 - above)}%`;
  labels[lower].style.top = `calc(${100 * (1 - below)}% + 4px)`;
}

// A short piece of the line of an arm, by which its name is known to belong to it.
function sampleOf(place) {
  const line = svg("path", { class: `line arm-${place}`, d: "M0,5H34" });
  return svg("svg", { class: "sample", width: 34, height: 10, "aria-hidden": "true" }, line);
}

// Whole years for the axis, at most about ten of them.
function ticks(horizon) {
  const step = [0.25, 0.5, 1, 2, 5, 10].find((each) => horizon / each <= 10) ?? 20;
  return horizon > 0 ? Array.from({ length: Math.floor(horizon / step + 1e-9) + 1 }, (_, place) => place * step) : [];
}

// How started contacts end: for each ending a bar of either launch, and its share in numbers.
function endingsOf(say, names) {
  const rows = ENDINGS.map((ending) => {
    const bars = names.map((_, place) => html("i", { class: `bar arm-${place}` }));
    const cells = names.map(() => html("td", {}));
    const name = html("th", { scope: "row" }, say(`live.endings.${ending}`));
    const drawn = html("td", { class: "bars", "aria-hidden": "true" }, ...bars);
    return { ending, bars, cells, row: html("tr", {}, name, drawn, ...cells) };
  });
  const heads = names.map((name, place) => {
    const swatch = html("i", { class: `bar arm-${place}` });
    return html("th", { scope: "col" }, swatch, html("span", { class: "unseen" }, name));
  });
  return {
    element: html(
      "div",
      { class: "endings" },
      html("h3", {}, say("live.endings.title")),
      tableOfRows([html("td", {}), html("td", {}), ...heads], rows.map((each) => each.row)),
    ),
    paint(picture) {
      for (const { ending, bars, cells } of rows) {
        picture.arms.forEach((arm, place) => {
          const share = 100 * arm.endings[ending];
          bars[place].style.width = `${share}%`;
          cells[place].textContent = say("live.percent", { number: say.number(share, share > 0 && share < 1 ? 1 : 0) });
        });
      }
    },
  };
}

// The headlines as a table: both launches, never, and the difference with its interval.
function tableOf(say, names, unit, chosen) {
  const body = html("tbody", { role: "rowgroup" });
  const minus = html("small", {}, say("live.table.minus", { first: names[0], second: names[1] }));
  const heads = [
    [html("span", { class: "unseen" }, say("live.table.measure"))],
    ...names.map((name, place) => [sampleOf(place), name]),
    [say("live.table.never")],
    [say("live.table.difference"), minus],
  ].map((inside) => html("th", { scope: "col", role: "columnheader" }, ...inside));
  // on narrow screens rows are grids, which would hide that this is a table: so all parts say what they are
  const rowWith = (attributes, ...cells) => html("tr", { role: "row", ...attributes }, ...cells);
  const element = html(
    "div",
    { class: "headlines" },
    html("h3", {}, say("live.table.title")),
    html("table", { role: "table" }, html("thead", { role: "rowgroup" }, rowWith({}, ...heads)), body),
  );
  function rowOf(picture, name) {
    const by = IN_PERCENT.includes(name) ? 100 : 1;
    const digits = name === "loss" || name === "net" ? 2 : 1;
    const line = lineOf(picture, name, chosen.per);
    if (line === undefined) return null;
    const number = (value, sign) => (value === null ? "\u2013" : say.number(by * value, digits, sign));
    const begun = (place) => picture.arms[place].survival[chosen.per].value[0] !== null;
    const later = (value, place) => name === "half" && value === null && begun(place);
    const [gap, low, high] = line.difference.map((each) => number(each, "exceptZero"));
    const hints = [
      chosen.per === "launched" && line.name.endsWith(".launched") ? say("live.table.among.launched") : null,
      BETTER[name] ? say(`live.table.${BETTER[name]}`) : null,
    ];
    const title = say(`live.table.${name}`, { unit }, line.year ?? null);
    const known = line.difference[1] !== null;
    const interval = known ? html("small", {}, ` [${say("live.between", { low, high })}]`) : null;
    const cell = (...inside) => html("td", { role: "cell" }, ...inside);
    return rowWith(
      { "data-name": name },
      html("th", { scope: "row", role: "rowheader" }, `${title} `, html("small", {}, hints.filter(Boolean).join(", "))),
      ...line.arms.map(([value], place) => cell(later(value, place) ? say("live.table.later") : number(value))),
      cell(line.never === null ? "\u2013" : say.number(line.never)),
      cell(known ? html("b", {}, gap) : gap, interval),
    );
  }
  return {
    element,
    paint(picture) {
      const rows = HEADLINES.map((name) => rowOf(picture, name));
      body.replaceChildren(...rows.filter((row) => row !== null));
    },
  };
}

// The line of the table that has a name, or a name and of whom it is.
function lineOf(picture, name, per) {
  return picture.table.find((line) => line.name === name || line.name === `${name}.${per}`);
}

// A table with a row of heads.
function tableOfRows(heads, rows) {
  return html("table", {}, html("thead", {}, html("tr", {}, ...heads)), html("tbody", {}, ...rows));
}

// ---------------------------------------------------------------- lives that somebody wishes to see

// A button for each wish; the answer tells both lives, and hands their pair on to whoever shows it.
function finderOf(say, names, data, chosen, doing) {
  const told = html("div", { class: "told", role: "status" });
  const next = html("button", { type: "button", class: "next" }, say("live.find.next"));
  next.addEventListener("click", () => look(chosen.sight.wish, chosen.sight.replication ?? -1));
  const buttons = data.wishes.map(({ name, of }) => {
    const words = say(`live.wish.${name}`, of === null ? {} : { arm: names[of] });
    return html("button", { type: "button", "data-wish": name, click: () => look(name, -1) }, words);
  });
  let sought = 0;

  // What is in sight: nothing, a wish that is looked for, or the answer.
  function see(wish, ...inside) {
    for (const each of buttons) each.setAttribute("aria-pressed", each.dataset.wish === wish);
    told.replaceChildren(...inside);
    next.hidden = !(chosen.sight?.fit > 0);
  }

  async function look(wish, after) {
    const mine = ++sought;
    chosen.sight = null;
    see(wish, say("live.find.looking"));
    const answer = await doing.find(wish, after);
    if (mine !== sought) return; // something else was asked meanwhile
    if (answer.error !== undefined) return see(wish, complaintOf(say, data, names, answer));
    chosen.sight = answer;
    see(wish, ...sightOf(say, names, data, answer));
    if (answer.replication !== null) doing.found(answer.replication);
  }

  const forget = () => {
    sought += 1;
    chosen.sight = null;
    see(null);
  };
  if (chosen.sight === null) forget();
  else see(chosen.sight.wish, ...sightOf(say, names, data, chosen.sight));
  return {
    element: html(
      "div",
      { class: "finder" },
      html("h3", {}, say("live.find.title")),
      html("div", { class: "wishes" }, ...buttons),
      html("div", { class: "answer" }, told, next),
    ),
    forget,
  };
}

// What was found: which pair, how both lives end, and how many pairs are like that.
function sightOf(say, names, data, { replication, lives, fit, of }) {
  const among = { of: say.number(of) };
  if (fit === 0) return [html("p", {}, say("live.find.none", among))];
  const like = say("live.find.like", among, fit);
  if (replication === null) return [html("p", {}, `${like} ${say("live.find.last")}`)];
  const told = lives.map(({ ending, end, net }, place) => {
    const amount = say(`units.amount.${data.money.size}`, { currency: data.money.currency, number: say.number(net, 2) });
    const life = { arm: names[place], ending: say(`model.ending.${ending}`), years: say.number(end, 1), net: amount };
    const how = ending === "ONGOING" ? "ongoing" : "ended";
    return html("p", {}, sampleOf(place), say(`live.find.${how}`, life));
  });
  return [html("p", {}, html("b", {}, say("live.find.pair", { pair: say.number(replication) })), ` ${like}`), ...told];
}
