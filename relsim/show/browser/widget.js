// The door of notebooks and of the served page: a module that draws, and the kernel that answers what it asks.

// What asks the kernel, and the end of it. A question has a number that no other view of the widget has.
function kernelOf(model) {
  const patience = 60_000; // milliseconds: the first lives of a new installation are compiled
  const open = new Map();
  const answered = (content) => settle(content.question, (question) => question.resolve(content.answer));
  const settle = (number, how) => {
    const question = open.get(number);
    if (question === undefined) return;
    clearTimeout(question.clock);
    open.delete(number);
    how(question);
  };
  const fail = (number, why) => settle(number, (question) => question.reject(new Error(why)));
  const ask = (message) =>
    new Promise((resolve, reject) => {
      const number = Math.random();
      open.set(number, { resolve, reject, clock: setTimeout(() => fail(number, "no answer"), patience) });
      model.send({ question: number, message });
    });
  model.on("msg:custom", answered);
  const end = () => {
    model.off("msg:custom", answered);
    for (const number of [...open.keys()]) fail(number, "closed");
  };
  return { ask, end };
}

// Draw what the kernel has, again when that changes, and let the kernel know which language is spoken.
function render({ model, el }) {
  el.dataset.lmSuppressShortcuts = "true"; // in JupyterLab, keys that move a slider or a play head are no commands
  const { ask, end } = kernelOf(model);
  const drawn = draw(el, model.get("data"), {
    language: model.get("language"),
    ask,
    found: (replication, settings) => ask({ kind: "found", replication, settings }).catch(() => {}), // nothing to show
  });
  const changed = () => drawn.update(model.get("data"));
  const looked = (content) => {
    if (content.look) el.scrollIntoView({ block: "start" });
  };
  const spoken = (event) => {
    model.set("language", event.detail);
    model.save_changes();
  };
  model.on("change:data", changed);
  model.on("msg:custom", looked);
  window.addEventListener(LANGUAGE_CHANGED, spoken);
  return () => {
    model.off("change:data", changed);
    model.off("msg:custom", looked);
    window.removeEventListener(LANGUAGE_CHANGED, spoken);
    end();
    drawn.destroy();
  };
}

export default { render };
