// Lives that somebody wishes to see.

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
