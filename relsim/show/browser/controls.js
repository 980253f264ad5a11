// What may be changed: sliders, policies under either launch, and a button that takes all back.

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
