// The top of the page: what it is, the choice of a scenario, and the one of a language.
export function draw(element, data, options) {
  const root = html("header", { class: "relsim relsim-heading" });
  let shown = data;
  let language = options.language;

  function redraw() {
    const say = speaking(shown.words, language);
    root.replaceChildren(
      html("div", { class: "title" }, html("h1", {}, say("classroom.title")), languages(say)),
      html("p", {}, say("classroom.lead")),
      scenarios(say),
    );
    root.lang = language;
  }

  // A world to ask about; the kernel then changes what is below.
  function scenarios(say) {
    const chosen = (event) => options.ask({ scenario: event.target.selectedIndex });
    const titles = shown.scenarios.map((title, at) => html("option", { selected: at === shown.chosen }, title));
    return html("label", {}, say("classroom.scenario"), " ", html("select", { change: chosen }, ...titles));
  }

  // One language for the whole page, each named in itself.
  function languages(say) {
    const buttons = Object.keys(shown.words).map((each) =>
      html(
        "button",
        { type: "button", lang: each, "aria-pressed": String(each === language), click: () => changeLanguage(each) },
        speaking(shown.words, each)("classroom.name"),
      ),
    );
    return html("div", { class: "languages", role: "group", "aria-label": say("classroom.language") }, ...buttons);
  }

  const spoken = (event) => {
    language = event.detail;
    redraw();
  };
  window.addEventListener(LANGUAGE_CHANGED, spoken);
  redraw();
  element.append(root);
  return {
    update(next) {
      shown = next;
      redraw();
    },
    destroy() {
      window.removeEventListener(LANGUAGE_CHANGED, spoken);
      root.remove();
    },
  };
}
