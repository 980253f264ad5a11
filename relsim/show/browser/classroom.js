// The top of the page: what it is, the choice of a scenario, and the one of a language.

export function draw(element, data, options) {
  const root = html("header", { class: "relsim relsim-heading" });
  let shown = data;
  let language = options.language;

  // All of it anew; who was at one of its controls stays there.
  function redraw() {
    const say = speaking(shown.words, language);
    const at = root.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    root.lang = language;
    root.replaceChildren(
      html("div", { class: "title" }, html("h1", {}, say("classroom.title")), languages(say)),
      html("p", {}, say("classroom.lead")),
      scenarios(say),
    );
    if (at !== null) root.querySelector(`[data-name="${at}"]`)?.focus();
  }

  // A world to ask about; the kernel then changes what is below.
  function scenarios(say) {
    const choose = (event) => options.ask({ scenario: event.target.selectedIndex }).catch(redraw);
    const titles = shown.scenarios.map((title, at) => html("option", { selected: at === shown.chosen }, title));
    const select = html("select", { "data-name": "scenario", change: choose }, ...titles);
    return html("label", {}, say("classroom.scenario"), " ", select);
  }

  // One language for the whole page, each named in itself.
  function languages(say) {
    const buttons = Object.keys(shown.words).map((each) => {
      const state = { lang: each, "data-name": each, "aria-pressed": String(each === language) };
      const name = speaking(shown.words, each)("classroom.name");
      return html("button", { type: "button", click: () => changeLanguage(each), ...state }, name);
    });
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
