// The live comparison: sliders and policies on one side, what both launches come to on the other.

const REST = 200; // milliseconds without a question after which more pairs of firms are asked for

export function draw(element, data, options) {
  // in a notebook, keys that move a slider are no commands
  const root = html("section", { class: "relsim relsim-live", "data-lm-suppress-shortcuts": "true" });
  let language = options.language;
  let chosen, picture, refusal, questions, page;

  // Begin with a scenario as it is.
  function begin() {
    end();
    questions = asking(options.ask, data.sizes, answered);
    chosen = { per: "contact", numbers: {}, policies: {}, sight: null };
    [picture, refusal] = [data.first, null];
    root.dataset.replications = picture.replications;
    build();
    questions.refine({});
  }

  // Answers that are still to come are of no use any more.
  function end() {
    questions?.stop();
    page?.forget();
  }

  // Everything anew in the language of the page; what was chosen stays.
  function build() {
    page = pageOf(speaking(data.words, language), data, chosen, {
      changed() {
        page.forget();
        questions.ask(settingsOf(chosen));
      },
      turned: () => page.paint(picture),
      find: (wish, after) => answerTo(options.ask, { kind: "find", settings: settingsOf(chosen), wish, after }),
      found: (replication) => options.found?.(replication, settingsOf(chosen)),
    });
    root.lang = language;
    root.replaceChildren(html("div", { class: "bench" }, ...page.elements));
    page.paint(picture);
    complain(refusal);
  }

  // Say what was refused, if anything, and leave the last picture, faint.
  function complain(answer) {
    refusal = answer;
    root.classList.toggle("stale", refusal !== null);
    page.complain(refusal);
  }

  // The answer to a question that was asked at a moment.
  function answered(answer, since) {
    complain(answer.error === undefined ? null : answer);
    if (refusal !== null) return;
    picture = answer;
    page.paint(picture);
    root.dataset.replications = picture.replications;
    if (picture.replications !== data.sizes[0]) page.tell(picture);
    else requestAnimationFrame(() => (root.dataset.milliseconds = Math.round(performance.now() - since)));
  }

  const speak = (event) => {
    language = event.detail;
    build();
  };
  element.replaceChildren(root);
  begin();
  window.addEventListener(LANGUAGE_CHANGED, speak);
  return {
    update(other) {
      data = other;
      begin();
    },
    destroy() {
      end();
      window.removeEventListener(LANGUAGE_CHANGED, speak);
      root.remove();
    },
  };
}

// What was chosen, as Python reads it: a copy, since questions wait.
function settingsOf({ numbers, policies }) {
  return structuredClone({ numbers, policies });
}

// What is answered to a message, also where nobody answers.
async function answerTo(ask, message) {
  try {
    return await ask(message);
  } catch {
    return { error: "", silent: true };
  }
}

// Ask about settings: one question at a time, of those that wait only the latest, and after a rest about more pairs.
function asking(ask, [few, many], answered) {
  let [flying, waiting, resting, stopped] = [false, null, null, false];

  async function send(settings, replications, since) {
    clearTimeout(resting);
    if (flying) {
      waiting = [settings, replications, since];
      return;
    }
    flying = true;
    const answer = await answerTo(ask, { kind: "compare", settings, replications });
    flying = false;
    if (stopped) return;
    answered(answer, since);
    if (waiting) {
      const next = waiting;
      waiting = null;
      send(...next);
    } else if (replications === few && answer.error === undefined) {
      resting = setTimeout(() => send(settings, many, performance.now()), REST);
    }
  }

  return {
    ask: (settings) => send(settings, few, performance.now()),
    refine: (settings) => send(settings, many, performance.now()),
    stop() {
      stopped = true;
      clearTimeout(resting);
    },
  };
}

// The whole page in one language: its elements, and how they take a picture, a complaint, and a remark for listeners.
function pageOf(say, data, chosen, doing) {
  const names = data.first.arms.map((arm) => armName(say, arm));
  const unit = say(`units.money.${data.money.size}`, data.money);
  const controls = controlsOf(say, names, data, chosen, doing);
  const curves = curvesOf(say, names, data, chosen, doing);
  const parts = [curves, endingsOf(say, names), tableOf(say, names, unit, chosen)];
  const pairs = html("p", { class: "pairs" });
  const heard = html("p", { class: "unseen", "aria-live": "polite" });
  const finder = finderOf(say, names, data, chosen, doing);
  return {
    elements: [controls, pairs, ...parts.map((part) => part.element), finder.element, heard],
    forget: finder.forget,
    paint(picture) {
      pairs.textContent = say("live.pairs", {}, picture.replications);
      for (const part of parts) part.paint(picture);
    },
    complain: (refusal) => curves.complain(refusal === null ? "" : complaintOf(say, data, names, refusal)),
    tell(picture) {
      const [value, low, high] = lineOf(picture, "net").difference.map((each) => say.number(each, 2, "exceptZero"));
      const interval = say("live.between", { low, high });
      const told = { pairs: pairs.textContent, first: names[0], second: names[1], difference: value, unit, interval };
      heard.textContent = say("live.said.headline", told);
    },
  };
}

// An arm by its name, or in words where its name is that of its launch.
function armName(say, { arm, launch }) {
  return arm === launch ? say(`model.launch.${launch.toUpperCase().replace("-", "_")}`) : arm;
}

// Why something was refused, in words of the page where it has any.
function complaintOf(say, data, names, answer) {
  if (answer.silent) return say("live.error.silent");
  if (!answer.clashes?.length) return say("live.error.refused", { text: answer.error });
  const policyName = (name) => (data.switches.includes(name) ? say(`live.policies.${name}.name`) : name);
  return answer.clashes
    .map(({ arm, policies: [one, other] }) => {
      const place = data.first.arms.findIndex((each) => each.arm === arm);
      return say("live.error.clash", { arm: names[place], one: policyName(one), other: policyName(other) });
    })
    .join(" ");
}
