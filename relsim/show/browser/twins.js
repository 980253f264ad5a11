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
    data, number: (drawn += 1), language: options.language ?? "en", now: null, speed: 1, whole: true, open: new Set(),
  };
  element.append(root);
  let shown = show(root, state);
  const again = () => {
    shown.stop();
    shown = show(root, state);
  };
  const speak = (event) => {
    if (event.detail === state.language || !(event.detail in (state.data?.words ?? {}))) return;
    state.language = event.detail;
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    again();
    if (focused) root.querySelector(`[data-name="${focused}"]`)?.focus();
  };
  window.addEventListener(LANGUAGE_CHANGED, speak);
  return {
    update(other) {
      Object.assign(state, { data: other, now: null, open: new Set() });
      again();
    },
    destroy() {
      window.removeEventListener(LANGUAGE_CHANGED, speak);
      shown.stop();
      root.remove();
    },
  };
}

// Show it all in one language; returns how to stop it.
function show(root, state) {
  const { data, language } = state;
  root.lang = language;
  if (data?.format !== FORMAT) {
    root.replaceChildren(html("p", {}, `relsim: twins of format ${data?.format}, and this page draws format ${FORMAT}.`));
    return { stop() {} };
  }
  const say = speaking(data.words, language);
  const lives = data.lives.map((life) => understood(life, data));
  const until = Math.max(...lives.map((life) => life.end));
  state.now ??= until;
  const clock = clockOf(data, say);
  const parts = { panels: lives.map((life) => panel(life, data, say, state)), card: cardOf(say) };
  const live = html("p", { class: "unseen", "aria-live": "polite" });
  const bar = controls(say, state, until);
  const title = html("header", {},
    html("div", {}, html("h2", {}, data.title), html("p", {}, say("twins.pair", {
      pair: say.number(data.replication), seed: String(data.seed),
    }))),
    bar.languages);
  root.replaceChildren(title, ...storiesOf(data, say, state, "twins"), bar.box, bar.more,
    section(say("twins.title.lanes"), "lanes", parts.panels.map((each) => each.lanes)),
    legend(lives, say),
    section(say("twins.title.knowing"), "knowing-of", parts.panels.map((each) => each.knowing.box), say("twins.nobody")),
    ...["trust", "belief", "money"].map((name) => section(say(`twins.title.${name}`, { unit: data.money.unit }), name,
      parts.panels.map((each) => each.courses[name].box))),
    ...storiesOf(data, say, state, "lives"), live, parts.card.box);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", say("twins.label"));
  return conduct(root, state, { data, say, lives, until, clock, parts, bar, live });
}

// A part of the page: a heading, and a column for each life.
function section(title, name, columns, remark = null) {
  return html("section", { class: `part ${name}` }, html("h3", {}, title),
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
  const { factor, unit } = data.money;
  const money = (value) => say.number(value * factor, 2);
  const { net_client, net_supplier } = life.row;
  const over = life.ending !== "ONGOING";
  const ended = html("p", { class: "ended-as" }, say(over ? "twins.ended" : "twins.going", {
    ending: say(`model.ending.${life.ending}`), years: say.number(life.end, 2),
  }));
  const net = html("p", { class: "net" }, say("twins.net", {
    net: money(net_client + net_supplier), unit, client: money(net_client), supplier: money(net_supplier),
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
    return [name, { ...key, place, box: html("div", { class: "column" }, html("h4", {}, arm), key.key, place) }];
  }));
  const knowing = knowingOf(data, say);
  knowing.box.prepend(html("h4", {}, arm));
  const verdict = html("div", { class: "verdict" }, ended, net);
  return {
    life, arm, drawing, lately, courses, knowing, verdict,
    lanes: html("div", { class: "column" }, html("h4", { class: "arm" }, arm), verdict, drawing, lately),
  };
}

// Play, step, scrub, speed, what is shown of the future, and the language.
function controls(say, state, until) {
  const button = (name, words, sign) =>
    html("button", { type: "button", class: name, "data-name": name, "aria-label": words, title: words }, sign);
  const play = button("play", say("twins.play"), "");
  const back = button("back", say("twins.back"), "\u23ee\ufe0e");
  const next = button("next", say("twins.next"), "\u23ed\ufe0e");
  const scrub = html("input", {
    type: "range", class: "scrub", "data-name": "scrub", min: 0, max: until, step: until / 1000 || 1,
    "aria-label": say("twins.moment"),
  });
  const time = html("output", { class: "time" });
  const speed = html("select", { class: "speed", "data-name": "speed" }, ...SPEEDS.map((each) =>
    html("option", { value: each, selected: each === state.speed }, say("twins.times", { speed: say.number(each, each < 1 ? 1 : 0) }))));
  const whole = html("input", { type: "checkbox", "data-name": "whole", checked: !state.whole });
  const languages = html("div", { class: "languages", role: "group", "aria-label": say("twins.language") },
    ...["en", "nl"].map((each) => html("button", {
      type: "button", lang: each, "data-name": `language-${each}`, "aria-pressed": String(each === say.language),
      click: () => changeLanguage(each),
    }, each.toUpperCase())));
  const keys = html("p", { class: "keys", id: `relsim-twins-${state.number}-keys` }, say("twins.keys"));
  return {
    play, back, next, scrub, time, speed, whole, languages,
    box: html("div", { class: "bar" }, back, play, next, scrub, time),
    more: html("div", { class: "more" }, html("label", {}, say("twins.speed"), " ", speed),
      html("label", {}, whole, " ", say("twins.until_now")), keys),
  };
}

// The legend: the looks that occur in these lives.
function legend(lives, say) {
  const there = new Set(lives.flatMap((life) => life.look));
  const item = (name) => html("li", {},
    svg("svg", { width: 20, height: 20, "aria-hidden": "true" }, marked(name, [[10, 10]])), say(`twins.look.${name}`));
  return html("ul", { class: "legend" }, ...Object.keys(LOOKS).filter((name) => there.has(name)).map(item));
}

// Stories, where the document has them: that of the twins open, those of the lives folded.
function storiesOf(data, say, state, which) {
  const told = data.stories?.[say.language];
  if (!told) return [];
  const paragraphs = (story) => story.map((each) => html("p", {}, each));
  if (which === "twins") return [html("div", { class: "story" }, ...paragraphs(told.twins))];
  return data.lives.map((life, at) => html("details", {
    class: "story", open: state.open.has(at),
    toggle: (event) => (event.currentTarget.open ? state.open.add(at) : state.open.delete(at)),
  }, html("summary", {}, say("twins.story_of", { arm: armOf(life, say) })), ...paragraphs(told.lives[at])));
}

// What is said of an event that is looked at.
function cardOf(say) {
  const box = html("div", { class: "card", "aria-hidden": "true", hidden: true });
  return {
    box,
    hide() { box.hidden = true; },
    show(root, place, x, y, lines) {
      box.replaceChildren(...lines);
      box.hidden = false;
      const [area, at] = [root.getBoundingClientRect(), place.getBoundingClientRect()];
      const [width, height] = [box.offsetWidth, box.offsetHeight];
      const left = Math.min(Math.max(8, at.left - area.left + x - width / 2), root.clientWidth - width - 8);
      const above = at.top - area.top + y - height - 16;
      const room = at.top + y - height - 16 > 0;
      box.style.left = `${left}px`;
      box.style.top = `${room ? above : at.top - area.top + y + 18}px`;
    },
  };
}

// Put it in motion: drawings that follow the width, the play head, what is looked at, and the keyboard.
function conduct(root, state, { data, say, lives, until, clock, parts, bar, live }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const rate = Math.min(YEARS_A_SECOND, until / LEAST_SECONDS || 1);
  const stops = lives.flatMap((life, which) => life.stops.map((at) => ({ which, at, time: life.times[at] })))
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
    const scale = scaleOf(column, until, column < 460);
    lanes = parts.panels.map(({ life, drawing }, which) => {
      const made = drawLanes(life, data, scale, say, {
        look: (at) => look(which, at),
        choose: (at) => choose(at === null ? null : { which, at }),
      });
      drawing.replaceChildren(made.box);
      return made;
    });
    drawings = [...lanes, ...parts.panels.flatMap(({ life, courses }) => Object.keys(COURSES).map((name) => {
      const made = drawCourse(name, life, data, scale, say, name === "money" ? moneyRange : [0, 1]);
      courses[name].place.replaceChildren(made.box);
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
    const words = clock(state.now);
    bar.scrub.setAttribute("aria-valuetext", words);
    write(bar.time, words);
    parts.panels.forEach(({ life, lately, courses, knowing, verdict }) => {
      knowing.show(life, state.now);
      const seen = countUntil(life.stopTimes, state.now) - 1;
      write(lately, seen < 0 ? "" : sentence(life, life.stops[seen]));
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

  // An event in one sentence.
  function sentence(life, at) {
    return say("twins.sentence", {
      year: say.number(life.times[at], 2), event: told(life, at, data, say), who: toldWho(life, at, data, say),
    });
  }

  // Look at an event, or at none.
  function look(which, at) {
    const before = looking.hovered;
    const after = at === null || hidden(which, at) ? null : { which, at };
    if (before?.which === after?.which && before?.at === after?.at) return;
    looking.hovered = after;
    light();
  }

  // Choose an event: it stays lit until another one is chosen.
  function choose(event, speak = false) {
    looking.chosen = event && hidden(event.which, event.at) ? null : event;
    light();
    if (speak && event) {
      live.textContent = `${parts.panels[event.which].arm}. ${sentence(lives[event.which], event.at)}`;
    }
  }

  const hidden = (which, at) => !state.whole && lives[which].times[at] > state.now;

  // Light up what is looked at: its case in both lives, and a card that tells it.
  function light() {
    const event = looking.hovered ?? looking.chosen;
    const number = event && data.clocks && lives[event.which].events.case[event.at];
    const now = state.whole ? Infinity : state.now;
    lanes.forEach((each, which) => follow(each, lives[which], event ? lives[which].byCase.get(number) ?? [] : [],
      event?.which === which ? event.at : null, now));
    parts.panels.forEach(({ drawing }, which) => option(drawing, which, looking.chosen));
    if (!event) return parts.card.hide();
    const [x, y] = lanes[event.which].places[event.at][0];
    parts.card.show(root, lanes[event.which].box, x, y, toldInFull(event, number, now));
  }

  // What the card says: the event, when, who, and what became of its case in both lives.
  function toldInFull({ which, at }, number, now) {
    const life = lives[which];
    const lines = [html("b", {}, told(life, at, data, say)), html("p", {}, clock(life.times[at])),
      html("p", {}, toldWho(life, at, data, say))];
    const opened = data.clocks[Math.floor(number / CASE)];
    if (!opened) return lines;
    const [kind, firm] = opened;
    lines.push(html("p", { class: "case" }, say(`twins.case.${kind}`, {
      number: say.number(number % CASE), firm: say(`model.firm.${firm}`),
    })));
    lives.forEach((each, other) => {
      const way = (each.byCase.get(number) ?? []).filter((step) => each.times[step] <= now);
      const steps = way.map((step) => told(each, step, data, say)).join(" \u2192 ");
      lines.push(html("p", { class: "fate" }, html("i", {}, parts.panels[other].arm), " ", steps || say("twins.did_not_happen")));
    });
    return lines;
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
      "aria-posinset": marks.indexOf(chosen.at) + 1,
    }, sentence(lives[which], chosen.at)));
    drawing.setAttribute("aria-activedescendant", id);
  }

  // Go to an event: the play head moves there, and it is told.
  function go(event) {
    pause();
    move(event.time);
    choose(event, true);
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
    bar.play.textContent = playing ? "\u23f8\ufe0e" : "\u25b6\ufe0e";
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
    const own = (list) => list.map((at) => ({ which, at, time: lives[which].times[at] }));
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
  bar.scrub.addEventListener("input", () => { pause(); choose(null); move(Number(bar.scrub.value)); });
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
