// The twin timeline: the same two firms with the same luck under two launches, side by side on one scale of time.

const FORMAT = 1;
const YEARS_A_SECOND = 0.25;
const LEAST_SECONDS = 16; // a short life is shown no faster than this at speed 1
const NARROW = 760;

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
    // words come with the data, and these are none of ours
    root.replaceChildren(html("p", {}, `relsim: twins of format ${data?.format}; this page draws format ${FORMAT}.`));
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
  const unit = say(`units.money.${data.money.size}`, data.money);
  const both = (part) => parts.panels.map(part);
  root.replaceChildren(title, bar.box, bar.more,
    section(null, "lanes", both((each) => each.lanes)), legend(lives, data, say, state),
    section(say("twins.title.knowing"), "knowing-of", both((each) => each.knowing.box), say("twins.nobody")),
    ...Object.keys(COURSES).map((name) =>
      section(say(`twins.title.${name}`, { unit }), name, both((each) => each.courses[name].box))),
    ...storiesOf(data, say, state), live, parts.card.box);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", say("twins.label"));
  return conduct(root, state, { data, say, lives, until, clock, parts, bar, live });
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
      made.box.addEventListener("click", (event) =>
        put(scale.time(event.clientX - made.box.getBoundingClientRect().left)));
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
      write(lately, seen < 0 ? "" : sentence(life, life.stops[seen], false));
      verdict.classList.toggle("unknown", !state.whole && state.now < life.end);
      for (const [name, { values }] of Object.entries(courses)) {
        COURSES[name].lines.forEach(({ column }, at) => {
          const value = valueAt(life, COURSES[name], column, state.now);
          const shown = (share) => (name === "money" ? say.number(share * data.money.factor, 2) : say.percent(share));
          write(values[at], value === null ? "\u2013" : shown(value));
        });
      }
    });
  }

  // An event in one line, with who did it and, in full, to whom.
  function sentence(life, at, full = true) {
    const who = full ? toldWho(life, at, data, say) : agentOf(life, at, "sender", data, say);
    return say("twins.sentence", { year: say.number(life.times[at], 2), event: told(life, at, data, say), who });
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
    const lines = [html("b", {}, first), ...rest.map((each) => html("p", {}, each))];
    return parts.card.show(root, lanes[event.which].box, x, lines);
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
    const ways = lives.map((each) =>
      wayOf(each, (each.byCase.get(number) ?? []).filter((step) => !hidden(each, step)), say));
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
