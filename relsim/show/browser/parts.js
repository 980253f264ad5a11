// The parts of the page: a column for each life, controls, the legend, the stories, and the card of an event.

const SPEEDS = [0.5, 1, 2, 4, 8];
const DAY = 86400000;
const DAYS_A_YEAR = 365.25;

// A part of the page: a heading, and a column for each life.
function section(title, name, columns, remark = null) {
  return html("section", { class: `part ${name}` }, title && html("h3", {}, title),
    remark && html("p", { class: "remark" }, remark), html("div", { class: "columns" }, ...columns));
}

// When something happened, in years and, where the scenario has a calendar, as a date.
function clockOf(data, say) {
  const start = data.start_date === null ? null : Date.parse(`${data.start_date}T00:00:00Z`);
  const calendar = say.language === "en" ? "en-GB" : say.language; // the day before the month
  const date = (time) => new Date(start + time * DAYS_A_YEAR * DAY)
    .toLocaleDateString(calendar, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
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
  const { currency, size } = data.money;
  const net = html("p", { class: "net" }, say("twins.net", {
    net: say(`units.amount.${size}`, { currency, number: money(net_client + net_supplier) }),
    client: money(net_client),
    supplier: money(net_supplier),
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
  play: "M4 2L15 9L4 16Z",
  pause: "M3 2H7V16H3ZM11 2H15V16H11Z",
  back: "M14 3V15L5 9ZM3 3H5V15H3Z",
  next: "M4 3V15L13 9ZM13 3H15V15H13Z",
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
  const times = (each) => say("twins.times", { speed: say.number(each, each < 1 ? 1 : 0) });
  const speed = html("select", { class: "speed", "data-name": "speed" },
    ...SPEEDS.map((each) => html("option", { value: each, selected: each === state.speed }, times(each))));
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
  const item = (drawn, words) =>
    html("li", {}, svg("svg", { width: 20, height: 20, "aria-hidden": "true" }, drawn), words);
  const phases = new Set(lives.flatMap((life) => phasesOf(life, data).map(({ name }) => name)));
  const looks = new Set(lives.flatMap((life) => life.look));
  const swatch = (name) => rectangle(1.5, 3.5, 17, 13, `swatch phase ${name.toLowerCase()}`);
  const limps = lives.some((life) => limpingOf(life).length);
  return folding("legend", state, say("twins.legend"), html("ul", { class: "legend" },
    ...data.phases.filter((name) => phases.has(name)).map((name) => item(swatch(name), say(`model.phase.${name}`))),
    limps ? item(rectangle(1, 7, 18, 5, "limping"), say("twins.limping")) : null,
    ...Object.keys(LOOKS).filter((name) => looks.has(name))
      .map((name) => item(marked(name, [[10, 10]]), say(`twins.look.${name}`))),
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
