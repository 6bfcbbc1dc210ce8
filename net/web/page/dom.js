/* Elements by hand. Texts become text nodes, never markup, so nothing that comes from a record can
 * be more than words. */

const SVG = 'http://www.w3.org/2000/svg';

/* make('p', {class: 'soft', onclick: f, hidden: true}, 'text', node, [more]); 'svg:rect' for SVG. */
export function make(tag, traits = {}, ...children) {
  const element = tag.startsWith('svg:') ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

/* One round of arrow keys for a group of buttons that is one stop of the Tab key. `steps` says how
 * far right and down lead at the moment, in the order of the document. */
export function arrows(group, selector, steps) {
  group.addEventListener('keydown', (event) => {
    const all = [...group.querySelectorAll(selector)];
    const at = all.indexOf(document.activeElement);
    const { right, down } = steps();
    const step = { ArrowRight: right, ArrowLeft: -right, ArrowDown: down, ArrowUp: -down }[event.key];
    if (at < 0 || step === undefined) return;
    event.preventDefault();
    const next = all[at + step];
    if (next) stopAt(all, next).focus();
  });
}

export function stopAt(all, one) {
  for (const other of all) other.tabIndex = other === one ? 0 : -1;
  return one;
}

/* Runs `redraw` and gives the focus back to what stands where the focused element stood. */
export function keepingFocus(redraw) {
  const held = document.activeElement;
  const part = held?.closest('section[id], div[id]');
  const place = part ? [...part.querySelectorAll('button, input, select')].indexOf(held) : -1;
  redraw();
  if (place < 0 || document.contains(held)) return;
  byId(part.id)?.querySelectorAll('button, input, select')[place]?.focus();
}
