// What comes of it: survival, endings and headlines of both launches.

const ENDINGS = ["ONGOING", "QUIET_EXIT", "HOSTILE_EXIT", "EXPIRED", "OUTSIDE", "WINDOW_LOST", "ABANDONED", "NO_DEAL"];
const BETTER = { alive: "more", half: "more", leaving: "less", loss: "less", net: "more" };
const HEADLINES = ["launched", "alive", "half", "leaving", "loss", "net"];
const IN_PERCENT = ["launched", "alive", "leaving"];

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
