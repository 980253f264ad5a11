// The twin timeline: the same two firms with the same luck under two launches, side by side on one scale of time.

const FORMAT = 1;
const SPEEDS = [0.5, 1, 2, 4, 8];
const YEARS_A_SECOND = 0.25;
const LEAST_SECONDS = 16; // a short life is shown no faster than this at speed 1
const NARROW = 760;
const DAY = 86400000;
const DAYS_A_YEAR = 365.25;

let drawn = 0; // so that ids of several timelines on a page differ

// Draw twins, the document of `Twins`, into an element; both languages and all that is needed are in it.
export function draw(element, data, options = {}) {
  const root = html("div", { class: "relsim relsim-twins" });
  const state = {
    data, number: (drawn += 1), language: options.language ?? "en", now: null, speed: 1, whole: true, close: false,
    open: new Set(["legend"]),
  };
  element.append(root);
  let shown = null;
  const again = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    shown?.stop();
    shown = show(root, state, again);
    if (focused) root.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  };
  const speak = (event) => {
    if (event.detail === state.language || !(event.detail in (state.data?.words ?? {}))) return;
    state.language = event.detail;
    again();
  };
  again();
  window.addEventListener(LANGUAGE_CHANGED, speak);
  return {
    update(other) {
      Object.assign(state, { data: other, now: null, close: false });
      again();
    },
    destroy() {
      window.removeEventListener(LANGUAGE_CHANGED, speak);
      shown.stop();
      root.remove();
    },
  };
}

// Show it all in one language; returns how to stop it. `again` shows it anew after the state has changed.
function show(root, state, again) {
  const { data, language } = state;
  root.lang = language;
  if (data?.format !== FORMAT) {
    root.replaceChildren(html("p", {}, `relsim: twins of format ${data?.format}, and this page draws format ${FORMAT}.`));
    return { stop() {} };
  }
  const say = speaking(data.words, language);
  const lives = data.lives.map((life) => understood(life, data));
  const end = Math.max(...lives.map((life) => life.end));
  const beginning = Math.max(...lives.map((life) => life.row.t_operations ?? life.end)) + 0.5;
  const zooms = beginning < 0.6 * end;
  const until = zooms && state.close ? beginning : end;
  state.now = Math.min(state.now ?? until, until);
  const clock = clockOf(data, say);
  const parts = { panels: lives.map((life) => panel(life, data, say, state)), card: cardOf() };
  const live = html("p", { class: "unseen", "aria-live": "polite" });
  const bar = controls(say, state, until, zooms, again);
  const title = html("header", {},
    html("div", {}, html("h2", {}, data.title), html("p", {}, say("twins.pair", {
      pair: say.number(data.replication), seed: String(data.seed),
    }))),
    bar.languages);
  root.replaceChildren(title, bar.box, bar.more,
    section(null, "lanes", parts.panels.map((each) => each.lanes)), legend(lives, data, say, state),
    section(say("twins.title.knowing"), "knowing-of", parts.panels.map((each) => each.knowing.box), say("twins.nobody")),
    ...["trust", "belief", "money"].map((name) => section(say(`twins.title.${name}`, { unit: say(`money.unit.${data.money.size}`, data.money) }), name,
      parts.panels.map((each) => each.courses[name].box))),
    ...storiesOf(data, say, state), live, parts.card.box);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", say("twins.label"));
  return conduct(root, state, { data, say, lives, until, clock, parts, bar, live });
}

// A part of the page: a heading, and a column for each life.
function section(title, name, columns, remark = null) {
  return html("section", { class: `part ${name}` }, title && html("h3", {}, title),
    remark && html("p", { class: "remark" }, remark), html("div", { class: "columns" }, ...columns));
}

// When something happened, in years and, where the scenario has a calendar, as a date.
function clockOf(data, say) {
  const start = data.start_date === null ? null : Date.parse(`${data.start_date}T00:00:00Z`);
  const date = (time) => new Date(start + time * DAYS_A_YEAR * DAY)
    .toLocaleDateString(say.language, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
  return (time) => {
    const years = say("twins.years", { years: say.number(time, 2) });
    return start === null ? years : say("twins.dated", { years, date: date(time) });
  };
}

// What an arm is called: by its launch where it is named after it.
function armOf(life, say) {
  const launch = say(`model.launch.${life.launch.toUpperCase().replaceAll("-", "_")}`);
  return life.arm === life.launch ? launch : say("twins.arm", { arm: life.arm, launch });
}

// The column of one life: all its parts, which are filled where the width is known.
function panel(life, data, say, state) {
  const money = (value) => say.number(value * data.money.factor, 2);
  const { net_client, net_supplier } = life.row;
  const over = life.ending !== "ONGOING";
  const ended = html("p", { class: "ended-as" }, say(over ? "twins.ended" : "twins.going", {
    ending: say(`model.ending.${life.ending}`), years: say.number(life.end, 2),
  }));
  const net = html("p", { class: "net" }, say("twins.net", {
    net: say(`money.amount.${data.money.size}`, { currency: data.money.currency, number: money(net_client + net_supplier) }), client: money(net_client), supplier: money(net_supplier),
  }));
  const lately = html("p", { class: "lately" });
  const arm = armOf(life, say);
  const drawing = html("div", {
    class: "drawing", tabindex: 0, role: "listbox", "aria-label": say("twins.events_of", { arm }),
    "aria-describedby": `relsim-twins-${state.number}-keys`, "data-name": `lanes-${life.arm}`,
  });
  const courses = Object.fromEntries(Object.keys(COURSES).map((name) => {
    const key = keyOf(name, say);
    const place = html("div", { class: "drawing" });
    return [name, { ...key, place, box: html("div", { class: "course" }, html("h4", {}, arm), key.key, place) }];
  }));
  const knowing = knowingOf(data, say, arm);
  const verdict = html("div", { class: "verdict" }, ended, net);
  return {
    life, arm, drawing, lately, courses, knowing, verdict,
    lanes: html("div", {}, html("h4", { class: "arm" }, arm), verdict, drawing, lately),
  };
}

// The signs on the buttons.
const ICONS = {
  play: "M4 2L15 9L4 16Z", pause: "M3 2H7V16H3ZM11 2H15V16H11Z", back: "M14 3V15L5 9ZM3 3H5V15H3Z", next: "M4 3V15L13 9ZM13 3H15V15H13Z",
};
const icon = (name) => svg("svg", { width: 18, height: 18, "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));

// Play, step, scrub, speed, what is shown of the future, and the language.
function controls(say, state, until, zooms, again) {
  const button = (name, words) =>
    html("button", { type: "button", class: name, "data-name": name, "aria-label": words, title: words }, icon(name));
  const play = button("play", say("twins.play"));
  const back = button("back", say("twins.back"));
  const next = button("next", say("twins.next"));
  const scrub = html("input", {
    type: "range", class: "scrub", "data-name": "scrub", min: 0, max: until, step: until / 1000 || 1,
    "aria-label": say("twins.moment"),
  });
  const time = html("span", { class: "time" });
  const speed = html("select", { class: "speed", "data-name": "speed" }, ...SPEEDS.map((each) =>
    html("option", { value: each, selected: each === state.speed }, say("twins.times", { speed: say.number(each, each < 1 ? 1 : 0) }))));
  const whole = html("input", { type: "checkbox", "data-name": "whole", checked: !state.whole });
  const close = html("input", {
    type: "checkbox", "data-name": "close", checked: state.close,
    change: () => {
      state.close = close.checked;
      state.now = null;
      again();
    },
  });
  const languages = html("div", { class: "languages", role: "group", "aria-label": say("twins.language") },
    ...["en", "nl"].map((each) => html("button", {
      type: "button", lang: each, "data-name": `language-${each}`, "aria-pressed": String(each === say.language),
      click: () => changeLanguage(each),
    }, each.toUpperCase())));
  return {
    play, back, next, scrub, time, speed, whole, languages,
    box: html("div", { class: "bar" }, back, play, next, scrub, time),
    more: html("div", { class: "more" }, html("label", {}, say("twins.speed"), " ", speed),
      html("label", {}, whole, " ", say("twins.until_now")),
      zooms ? html("label", {}, close, " ", say("twins.closely")) : null),
  };
}

// The legend: the phases and the looks that occur in these lives.
function legend(lives, data, say, state) {
  const item = (drawn, words) => html("li", {}, svg("svg", { width: 20, height: 20, "aria-hidden": "true" }, drawn), words);
  const phases = new Set(lives.flatMap((life) => phasesOf(life, data).map(({ name }) => name)));
  const looks = new Set(lives.flatMap((life) => life.look));
  const swatch = (name) => rectangle(1.5, 3.5, 17, 13, `swatch phase ${name.toLowerCase()}`);
  const limps = lives.some((life) => limpingOf(life).length);
  return folding("legend", state, say("twins.legend"), html("ul", { class: "legend" },
    ...data.phases.filter((name) => phases.has(name)).map((name) => item(swatch(name), say(`model.phase.${name}`))),
    limps ? item(rectangle(1, 7, 18, 5, "limping"), say("twins.limping")) : null,
    ...Object.keys(LOOKS).filter((name) => looks.has(name)).map((name) => item(marked(name, [[10, 10]]), say(`twins.look.${name}`))),
  ), html("p", { class: "keys", id: `relsim-twins-${state.number}-keys` }, say("twins.keys")));
}

// Something that can be folded, and stays so when the page is drawn anew.
function folding(name, state, title, ...inner) {
  return html("details", {
    open: state.open.has(name), "data-name": name,
    toggle: (event) => (event.currentTarget.open ? state.open.add(name) : state.open.delete(name)),
  }, html("summary", {}, title), ...inner);
}

// Stories, where the document has them: that of the twins open, those of the lives folded.
function storiesOf(data, say, state) {
  const told = data.stories?.[say.language];
  if (!told) return [];
  const paragraphs = (story) => story.map((each) => html("p", {}, each));
  const folded = data.lives.map((life, at) =>
    folding(`story-${at}`, state, say("twins.story_of", { arm: armOf(life, say) }), ...paragraphs(told.lives[at])));
  return [html("section", { class: "part story" }, html("h3", {}, say("twins.title.story")), ...paragraphs(told.twins),
    html("div", { class: "folded" }, ...folded))];
}

// What is said of an event that is looked at: under the lanes, so that it hides none of them.
function cardOf() {
  const box = html("div", { class: "card", "aria-hidden": "true", hidden: true });
  return {
    box,
    hide() { box.hidden = true; },
    show(root, place, x, lines) {
      box.replaceChildren(...lines);
      box.hidden = false;
      const [area, at] = [root.getBoundingClientRect(), place.getBoundingClientRect()];
      const left = at.left - area.left + x - box.offsetWidth / 2;
      box.style.left = `${Math.min(Math.max(8, left), root.clientWidth - box.offsetWidth - 8)}px`;
      box.style.top = `${at.bottom - area.top + 2}px`;
    },
  };
}

// Put it in motion: drawings that follow the width, the play head, what is looked at, and the keyboard.
function conduct(root, state, { data, say, lives, until, clock, parts, bar, live }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const rate = Math.min(YEARS_A_SECOND, until / LEAST_SECONDS || 1);
  const stops = lives.flatMap((life, which) => life.stops.map((at) => ({ which, at, time: life.times[at] })))
    .filter((each) => each.time <= until)
    .sort((one, other) => one.time - other.time || one.which - other.which || one.at - other.at);
  const moneyRange = rangeOfMoney(lives, data.money.factor);
  const looking = { hovered: null, chosen: null };
  let drawings = [];
  let lanes = [];
  let frame = 0;
  let playing = false;
  let last = 0;
  let said = 0;

  // Draw anew for a width.
  function lay(width) {
    const narrow = width < NARROW;
    root.classList.toggle("narrow", narrow);
    const column = Math.max(240, parts.panels[0].drawing.clientWidth);
    root.classList.toggle("slim", column < 560);
    const scale = scaleOf(column, until, column < 460);
    lanes = parts.panels.map(({ life, drawing }, which) => {
      const made = drawLanes(life, data, scale, say, {
        look: (at) => look(which, at),
        choose: (at, x) => {
          choose(at === null ? null : { which, at });
          if (at === null) put(scale.time(x));
        },
      });
      drawing.replaceChildren(made.box);
      return made;
    });
    drawings = [...lanes, ...parts.panels.flatMap(({ life, courses }) => Object.keys(COURSES).map((name) => {
      const made = drawCourse(name, life, data, scale, say, name === "money" ? moneyRange : [0, 1]);
      courses[name].place.replaceChildren(made.box);
      made.box.addEventListener("click", (event) => put(scale.time(event.clientX - made.box.getBoundingClientRect().left)));
      return made;
    }))];
    move(state.now);
    light();
  }

  // Move the play head, and all that says what is at that moment.
  function move(now) {
    state.now = Math.min(Math.max(now, 0), until);
    drawings.forEach((each) => each.move(state.now));
    root.dataset.now = state.now.toFixed(3);
    bar.scrub.value = state.now;
    root.classList.toggle("unended", !state.whole && lives.some((life) => life.end > state.now));
    const words = clock(state.now);
    bar.scrub.setAttribute("aria-valuetext", words);
    write(bar.time, words);
    parts.panels.forEach(({ life, lately, courses, knowing, verdict }) => {
      knowing.show(life, state.now);
      const seen = countUntil(life.stopTimes, state.now) - 1;
      write(lately, seen < 0 ? "" : lateness(life, life.stops[seen]));
      verdict.classList.toggle("unknown", !state.whole && state.now < life.end);
      for (const [name, { values }] of Object.entries(courses)) {
        COURSES[name].lines.forEach(({ column }, at) => {
          const value = valueAt(life, COURSES[name], column, state.now);
          const shown = value === null ? "\u2013"
            : name === "money" ? say.number(value * data.money.factor, 2) : `${say.number(100 * value)}\u202f%`;
          write(values[at], shown);
        });
      }
    });
  }

  // An event in one line, with who did it; and in a sentence that says to whom, too.
  function lateness(life, at) {
    return say("twins.sentence", {
      year: say.number(life.times[at], 2), event: told(life, at, data, say), who: agentOf(life, at, "sender", data, say),
    });
  }

  function sentence(life, at) {
    return say("twins.sentence", {
      year: say.number(life.times[at], 2), event: told(life, at, data, say), who: toldWho(life, at, data, say),
    });
  }

  // Look at an event, or at none.
  function look(which, at) {
    const before = looking.hovered;
    const after = at === null || hidden(lives[which], at) ? null : { which, at };
    if (before?.which === after?.which && before?.at === after?.at) return;
    looking.hovered = after;
    light();
  }

  // Choose an event: it stays lit until another one is chosen.
  function choose(event, speak = false) {
    looking.chosen = event && hidden(lives[event.which], event.at) ? null : event;
    light();
    if (speak && event) {
      live.textContent = `${parts.panels[event.which].arm}. ${sentence(lives[event.which], event.at)}`;
    }
  }

  const hidden = (life, at) => !state.whole && life.times[at] > state.now;

  // Light up what is looked at: its case in both lives, and a card that tells it.
  function light() {
    const event = looking.hovered ?? looking.chosen;
    const number = event && lives[event.which].events.case[event.at];
    const steps = lives.map((life) => (life.byCase.get(number) ?? []).filter((at) => !hidden(life, at)));
    lanes.forEach((each, which) => follow(each, steps[which], event?.which === which ? event.at : null));
    parts.panels.forEach(({ drawing }, which) => option(drawing, which, looking.chosen));
    if (!event) return parts.card.hide();
    const [[x]] = lanes[event.which].places[event.at];
    const [first, ...rest] = toldInFull(event);
    return parts.card.show(root, lanes[event.which].box, x, [html("b", {}, first), ...rest.map((each) => html("p", {}, each))]);
  }

  // All that is said of an event: what, when, who, and what became of its case in both lives.
  function toldInFull({ which, at }) {
    const life = lives[which];
    const number = life.events.case[at];
    const said = [told(life, at, data, say), clock(life.times[at]), toldWho(life, at, data, say)];
    const opened = data.clocks[Math.floor(number / CASE)];
    if (!opened) return said;
    const [kind, firm] = opened;
    const name = say(`twins.case.${kind}`, { number: String(number % CASE), firm: say(`model.firm.${firm}`) });
    const ways = lives.map((each) => wayOf(each, (each.byCase.get(number) ?? []).filter((step) => !hidden(each, step)), say));
    const fates = ways[0] === ways[1] ? [say("twins.fate", { arm: say("twins.both"), way: ways[0] })]
      : ways.map((way, other) => say("twins.fate", { arm: parts.panels[other].arm, way }));
    return [...said, name, ...fates];
  }

  // The chosen event as the one option of the list that exists, with its place among all.
  function option(drawing, which, chosen) {
    drawing.querySelector("[role=option]")?.remove();
    drawing.removeAttribute("aria-activedescendant");
    if (chosen?.which !== which) return;
    const { marks } = lives[which];
    const id = `relsim-twins-${state.number}-event-${which}`;
    drawing.append(html("div", {
      role: "option", id, class: "unseen", "aria-selected": "true", "aria-setsize": marks.length,
      "aria-posinset": marks.indexOf(chosen.at) + 1 || null,
    }, toldInFull(chosen).join(". ")));
    drawing.setAttribute("aria-activedescendant", id);
  }

  // Go to an event: the play head moves there, and it is told.
  function go(event) {
    pause();
    move(event.time);
    choose(event, true);
  }

  // Put the play head somewhere.
  function put(time) {
    pause();
    choose(null);
    move(time);
  }

  // Step to the next or previous event that tells something, of both lives or of one.
  function step(by, among = stops) {
    const at = among.findIndex((each) => each.which === looking.chosen?.which && each.at === looking.chosen?.at
      && each.time === state.now);
    const come = among.filter((each) => each.time <= state.now + 1e-9).length;
    const to = at >= 0 ? at + by : by > 0 ? come : come - 1 - (among[come - 1]?.time === state.now ? 1 : 0);
    if (among[to]) go(among[to]);
  }

  // Move on by the time that has passed; where motion is unwelcome, by one event at a time.
  function tick(stamp) {
    frame = requestAnimationFrame(tick);
    const seconds = Math.min((stamp - last) / 1000, 0.25);
    if (still.matches) {
      if (stamp - last < 1500 / state.speed) return;
      last = stamp;
      const to = stops.find((each) => each.time > state.now + 1e-9);
      if (to) move(to.time);
    } else {
      last = stamp;
      move(state.now + seconds * rate * state.speed);
    }
    if (stamp - said > 3000) tellLately(stamp);
    if (state.now >= until || (still.matches && !stops.some((each) => each.time > state.now + 1e-9))) pause();
  }

  // Say, but not too often, what has happened last.
  function tellLately(stamp) {
    const come = stops.filter((each) => each.time <= state.now).at(-1);
    if (!come) return;
    const words = `${parts.panels[come.which].arm}. ${sentence(lives[come.which], come.at)}`;
    if (live.textContent === words) return;
    live.textContent = words;
    said = stamp;
  }

  function play() {
    if (state.now >= until - 1e-9) move(0);
    choose(null);
    playing = true;
    last = performance.now();
    frame = requestAnimationFrame(tick);
    label();
  }

  function pause() {
    cancelAnimationFrame(frame);
    playing = false;
    label();
  }

  // The button says what it would do.
  function label() {
    const words = say(playing ? "twins.pause" : "twins.play");
    bar.play.replaceChildren(icon(playing ? "pause" : "play"));
    bar.play.setAttribute("aria-label", words);
    bar.play.title = words;
    root.dataset.playing = String(playing);
  }

  // Show only what has happened by now, or all of it.
  function unveil() {
    state.whole = !bar.whole.checked;
    root.classList.toggle("until-now", !state.whole);
    move(state.now);
    choose(null);
  }

  // The arrow keys on the lanes of one life.
  function keys(event, which) {
    const own = (list) => list.map((at) => ({ which, at, time: lives[which].times[at] }))
      .filter((each) => each.time <= until);
    const { stops: telling, marks } = lives[which];
    const ways = {
      ArrowRight: () => step(1, own(telling)), ArrowLeft: () => step(-1, own(telling)),
      ArrowDown: () => step(1, own(marks)), ArrowUp: () => step(-1, own(marks)),
      Home: () => go(own(telling)[0]), End: () => go(own(telling).at(-1)), Escape: () => choose(null),
    };
    if (!ways[event.key] || !telling.length) return;
    event.preventDefault();
    ways[event.key]();
  }

  bar.play.addEventListener("click", () => (playing ? pause() : play()));
  bar.back.addEventListener("click", () => step(-1));
  bar.next.addEventListener("click", () => step(1));
  bar.scrub.addEventListener("input", () => put(Number(bar.scrub.value)));
  bar.speed.addEventListener("change", () => { state.speed = Number(bar.speed.value); });
  bar.whole.addEventListener("change", unveil);
  parts.panels.forEach(({ drawing }, which) => drawing.addEventListener("keydown", (event) => keys(event, which)));
  const space = (event) => {
    if (event.key !== " " || event.target.closest("button, input, select, summary")) return;
    event.preventDefault();
    if (playing) pause();
    else play();
  };
  root.addEventListener("keydown", space);
  const widths = new ResizeObserver(() => {
    if (root.clientWidth && root.clientWidth !== Number(root.dataset.width)) {
      root.dataset.width = root.clientWidth;
      lay(root.clientWidth);
    }
  });
  delete root.dataset.width;
  root.classList.toggle("until-now", !state.whole);
  widths.observe(root);
  label();
  return {
    stop() {
      pause();
      widths.disconnect();
      root.removeEventListener("keydown", space);
    },
  };
}
