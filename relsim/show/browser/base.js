// What all modules share: making elements, speaking languages, writing numbers. No library, and nothing is loaded.

const SVG = "http://www.w3.org/2000/svg";

// An HTML element: attributes by name (a function listens, null and false are left out), then children.
function html(name, attributes, ...children) {
  return furnished(document.createElement(name), attributes, children);
}

// The same for an element of a drawing.
function svg(name, attributes, ...children) {
  return furnished(document.createElementNS(SVG, name), attributes, children);
}

function furnished(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Speak a language: texts by key, names in braces filled in, and a count that chooses between one and several.
function speaking(catalogues, language) {
  const say = (key, filled = {}, count = null) => {
    const whole = count === null ? key : `${key}.${count === 1 ? "one" : "other"}`;
    const text = catalogues[language][whole];
    if (text === undefined) throw new Error(`no words for ${whole} in ${language}`);
    const names = count === null ? filled : { count: say.number(count), ...filled };
    return text.replace(/\{(\w+)\}/g, (_, name) => names[name]);
  };
  say.language = language;
  say.has = (key) => key in catalogues[language];
  // sign: "exceptZero" shows + as well; what rounds to 0 has no sign in either case.
  say.number = (value, digits = 0, sign = "negative") => {
    const form = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: sign };
    return value.toLocaleString(language, form).replace("-", "\u2212");
  };
  say.percent = (share) => `${say.number(100 * share)}\u202f%`;
  return say;
}

// One language for all parts of a page: whoever changes it tells the others.
const LANGUAGE_CHANGED = "relsim:language";

function changeLanguage(language) {
  document.documentElement.lang = language;
  window.dispatchEvent(new CustomEvent(LANGUAGE_CHANGED, { detail: language }));
}
