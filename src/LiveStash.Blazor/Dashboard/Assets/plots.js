// Plots of the last hour: SVG with attributes only, so that no style of theirs needs the page's leave. Every axis starts at zero.
// Each has its text: a title and a description, and all numbers as a table.

import { marks, tick } from './numbers.js';

const height = 176;
const room = { left: 52, right: 10, top: 14, bottom: 22 };
const perRow = 30; // buckets in a row of the table: five minutes

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** The path of a line with gaps where nothing is known; a value alone is a dot. */
export function line(values, x, y) {
  let path = '';
  let open = false;
  values.forEach((value, i) => {
    if (value === null) {
      open = false;
      return;
    }
    const at = `${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    path += open ? `L${at}` : `M${at}h.01`;
    open = true;
  });
  return path;
}

function area(values, x, y) {
  let path = '';
  let from = -1;
  for (let i = 0; i <= values.length; i++) {
    const known = i < values.length && values[i] !== null;
    if (known && from < 0) {
      from = i;
      path += `M${x(i).toFixed(1)} ${y(0).toFixed(1)}`;
    }
    if (known) {
      path += `L${x(i).toFixed(1)} ${y(values[i]).toFixed(1)}`;
    } else if (from >= 0) {
      path += `L${x(i - 1).toFixed(1)} ${y(0).toFixed(1)}Z`;
      from = -1;
    }
  }
  return path;
}

/** Minutes, by the number of their buckets: a minute stays the same minute while it moves. */
function minutes(series, last) {
  const count = series[0].values.length;
  const groups = [];
  for (let i = 0; i < count; i++) {
    const minute = Math.floor((last - (count - 1 - i)) / 6);
    if (groups.at(-1)?.minute !== minute) {
      groups.push({ minute, from: i, to: i, sums: series.map(() => null) });
    }
    const group = groups.at(-1);
    group.to = i;
    series.forEach((one, s) => {
      if (one.values[i] !== null) {
        group.sums[s] = (group.sums[s] ?? 0) + one.values[i];
      }
    });
  }
  return groups;
}

const sum = values => values.reduce((all, value) => all + (value ?? 0), 0);
/** What all but one in fifty stay below: a few that are far above would press the others flat. */
function usual(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return 1.2 * (sorted[Math.ceil(sorted.length * 0.98) - 1] ?? 0);
}

const known = values => values.filter(value => value !== null);

export class Plot {
  constructor(figure, definition) {
    this.definition = definition;
    const id = `plot-${definition.name}`;
    this.title = shape('title', { id: `${id}-title` }, definition.title);
    this.description = shape('desc', { id: `${id}-description` });
    this.drawing = shape('g');
    this.svg = shape('svg', { role: 'img', 'aria-labelledby': `${id}-title`, 'aria-describedby': `${id}-description`, height }, this.title, this.description, this.drawing);
    this.empty = element('p', { class: 'empty' });
    this.canvas = element('div', { class: 'canvas' }, this.svg, this.empty);
    this.readout = element('span', { class: 'readout', 'aria-hidden': 'true' });
    this.legend = element('ul', { class: 'legend' }, ...definition.series.map(one => element('li', {}, element('span', { class: `key ${one.color} ${one.dashed ? 'dashed' : ''}` }), one.label)));
    this.legend.hidden = definition.series.length < 2;
    this.body = element('tbody');
    this.details = element('details', {}, element('summary', {}, element('span', { class: 'hidden' }, `${definition.title} `), 'As a table'), this.table());
    this.details.addEventListener('toggle', () => this.fill());
    figure.append(element('figcaption', {}, element('h3', {}, definition.title), this.readout, this.legend), this.canvas, this.details);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    this.canvas.addEventListener('pointermove', event => this.point(event));
    this.canvas.addEventListener('pointerleave', () => this.point(null));
  }

  table() {
    const heads = ['Minutes ago', ...this.definition.series.map(one => one.label)].map(text => element('th', { scope: 'col' }, text));
    return element('table', { class: 'values' }, element('caption', {}, `${this.definition.title}: ${this.definition.isCounted ? 'sum' : 'mean'} of each five minutes`), element('thead', {}, element('tr', {}, ...heads)), this.body);
  }

  update(data) {
    this.last = data.number;
    this.series = this.definition.series.map(one => ({ ...one, values: one.of(data) }));
    this.missing = this.definition.missing(data);
    this.draw();
    this.fill();
  }

  draw() {
    const width = this.canvas.clientWidth;
    if (!this.series || width === 0) {
      return;
    }
    const { unit, isCounted } = this.definition;
    const all = this.series.flatMap(one => known(one.values));
    const isEmpty = all.length === 0 || this.missing !== null;
    this.empty.textContent = isEmpty ? this.missing ?? 'Nothing is known of the last hour yet.' : '';
    this.empty.hidden = !isEmpty;
    this.svg.setAttribute('width', width);
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const count = this.series[0].values.length;
    const groups = isCounted ? minutes(this.series, this.last) : [];
    const highest = isCounted ? Math.max(0, ...groups.map(group => sum(group.sums))) : Math.max(0, ...all);
    const axis = marks(unit, isEmpty ? 0 : this.definition.isClipped ? Math.min(highest, usual(all)) : highest);
    const right = width - room.right;
    const bottom = height - room.bottom;
    const x = i => room.left + (right - room.left) * i / (count - 1);
    const y = value => bottom - (bottom - room.top) * Math.min(value / axis.at(-1), 1);
    const drawn = [];
    for (const value of axis) {
      drawn.push(shape('line', { class: value === 0 ? 'base' : 'grid', x1: room.left, x2: right, y1: y(value), y2: y(value) }));
      if (!isEmpty || value === 0) {
        drawn.push(shape('text', { x: room.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, tick(unit, value)));
      }
    }
    for (const minute of width < 360 ? [60, 30, 0] : [60, 45, 30, 15, 0]) {
      const at = right - (right - room.left) * minute / 60;
      drawn.push(shape('text', { x: at, y: height - 5, 'text-anchor': minute === 0 ? 'end' : minute === 60 ? 'start' : 'middle' }, minute === 0 ? 'now' : minute === 60 ? '60 min ago' : `${minute}`));
    }
    if (!isEmpty) {
      drawn.push(...(isCounted ? this.columns(groups, x, y) : this.lines(x, y)));
    }
    if (highest > axis.at(-1)) {
      drawn.push(shape('text', { x: right, y: room.top - 3, 'text-anchor': 'end' }, `cut off; the highest is ${unit.format(highest)}`));
    }
    this.drawing.replaceChildren(...drawn);
    this.scale = { x, right, bottom, count };
    this.description.textContent = isEmpty ? this.empty.textContent : this.summary(groups);
  }

  lines(x, y) {
    return this.series.flatMap(one => [
      ...(this.definition.isFilled && !one.dashed ? [shape('path', { class: `fill ${one.color}`, d: area(one.values, x, y) })] : []),
      shape('path', { class: `line ${one.color} ${one.dashed ? 'dashed' : ''}`, d: line(one.values, x, y) }),
    ]);
  }

  columns(groups, x, y) {
    const drawn = [];
    const step = x(1) - x(0);
    for (const group of groups) {
      let below = 0;
      const width = Math.max((group.to - group.from + 1) * step - 1.5, 1);
      group.sums.forEach((value, s) => {
        if (value > 0) {
          const [low, high] = [y(below), y(below + value)];
          const at = Math.max(x(group.from) - step, x(0));
          drawn.push(shape('rect', { class: `column ${this.series[s].color}`, x: at.toFixed(1), y: high.toFixed(1), width: width.toFixed(1), height: Math.max(low - high, 0.5).toFixed(1) }));
          below += value;
        }
      });
    }
    return drawn;
  }

  summary(groups) {
    const { unit, isCounted } = this.definition;
    const suffix = unit.name ? ` ${unit.name}` : '';
    return isCounted
      ? `Over the last hour: ${this.series.map((one, s) => `${one.label} ${unit.format(sum(groups.map(group => group.sums[s])))}`).join(', ')}.`
      : this.series.map(one => {
        const values = known(one.values);
        return values.length === 0 ? `${one.label}: nothing.` : `${one.label}: latest ${unit.format(values.at(-1))}${suffix}, highest of the last hour ${unit.format(Math.max(...values))}${suffix}.`;
      }).join(' ');
  }

  /** What it was where the pointer is. The table has the same for who has none. */
  point(event) {
    this.cursor?.remove();
    this.readout.textContent = '';
    if (!event || !this.scale || !this.empty.hidden) {
      return;
    }
    const { x, right, bottom, count } = this.scale;
    const at = event.clientX - this.canvas.getBoundingClientRect().left;
    const i = Math.round((at - room.left) / (right - room.left) * (count - 1));
    if (i < 0 || i >= count) {
      return;
    }
    const { unit, isCounted } = this.definition;
    const group = isCounted ? minutes(this.series, this.last).find(one => one.from <= i && i <= one.to) : null;
    const values = this.series.map((one, s) => group ? group.sums[s] : one.values[i]);
    const ago = Math.round((count - 1 - i) / 6);
    this.readout.textContent = `${ago === 0 ? 'now' : `${ago} min ago`}: ${values.map(value => unit.format(value)).join(' · ')}`;
    this.cursor = shape('line', { class: 'cursor', x1: x(i), x2: x(i), y1: room.top, y2: bottom });
    this.svg.append(this.cursor);
  }

  /** Only while somebody has it open. */
  fill() {
    if (!this.details.open || !this.series) {
      return;
    }
    const { unit, isCounted } = this.definition;
    const rows = [];
    const count = this.series[0].values.length;
    for (let to = count; to > 0; to -= perRow) {
      const cells = this.series.map(one => {
        const values = known(one.values.slice(Math.max(to - perRow, 0), to));
        return values.length === 0 ? null : isCounted ? sum(values) : sum(values) / values.length;
      });
      const ago = Math.round((count - to) / 6);
      rows.push([`${ago} to ${ago + 5}`, ...cells.map(value => unit.format(value))]);
    }
    rows.forEach((texts, r) => {
      const row = this.body.rows[r] ?? this.body.appendChild(element('tr', {}, ...texts.map((_, c) => c === 0 ? element('th', { scope: 'row' }) : element('td'))));
      texts.forEach((text, c) => {
        if (row.cells[c].textContent !== text) {
          row.cells[c].textContent = text;
        }
      });
    });
  }
}
