// Tiles and tables, changed in place: what did not change is not touched, so that nobody who reads or selects is disturbed.

import { element, line, shape } from './plots.js';

export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** A list of big numbers. Each tile is [label, value, note, isBad]. */
export function fillTiles(list, tiles) {
  tiles.forEach(([label, value, note, isBad], i) => {
    const tile = list.children[i] ?? list.appendChild(element('div', {}, element('dt'), element('dd', { class: 'value' }), element('dd', { class: 'note' })));
    setText(tile.children[0], label);
    setText(tile.children[1], value);
    setText(tile.children[2], note);
    tile.classList.toggle('bad', isBad === true);
  });
  while (list.children.length > tiles.length) {
    list.lastElementChild.remove();
  }
}

/** A line of the last hour that stands in a cell. It repeats what the plots say, and is nothing to a reader who does not see it. */
function trend(svg, values) {
  const [width, height] = [120, 22];
  const minutes = [];
  for (let to = values.length; to > 0; to -= 6) {
    const some = values.slice(Math.max(to - 6, 0), to).filter(value => value !== null);
    minutes.unshift(some.length === 0 ? null : some.reduce((all, value) => all + value, 0) / some.length);
  }
  const highest = Math.max(0, ...minutes);
  const path = line(minutes, i => 2 + (width - 4) * i / (minutes.length - 1), value => height - 2 - (height - 4) * (highest === 0 ? 0 : value / highest));
  svg.replaceChildren(shape('path', { class: 'line one', d: path }));
}

/**
 * A table whose columns are { label, of } with of(row) giving a text, or { text, note, state }, or { trend }.
 * On narrow screens rows are cards: the roles stay what they are.
 */
export class LiveTable {
  constructor(table, columns) {
    this.columns = columns;
    this.body = element('tbody', { role: 'rowgroup' });
    const heads = columns.map(column => element('th', { scope: 'col', role: 'columnheader', class: column.isText ? 'text' : '' }, column.label));
    table.append(element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)), this.body);
    this.table = table;
    this.rows = new Map();
  }

  update(rows, total = null) {
    this.table.hidden = rows.length === 0;
    const wanted = new Set();
    const shown = total && rows.length > 1 ? [...rows, total] : rows;
    for (const row of shown) {
      const key = row === total ? 'total' : `row ${row.address ?? ''} ${row.name}`;
      wanted.add(key);
      if (!this.rows.has(key)) {
        this.rows.set(key, this.make());
      }
      const made = this.rows.get(key);
      made.classList.toggle('total', row === total);
      this.columns.forEach((column, i) => this.fill(made.cells[i], column.of(row)));
    }
    for (const [key, made] of this.rows) {
      if (!wanted.has(key)) {
        made.remove();
        this.rows.delete(key);
      }
    }
    [...wanted].forEach((key, i) => {
      const made = this.rows.get(key);
      if (this.body.rows[i] !== made) {
        this.body.insertBefore(made, this.body.rows[i] ?? null);
      }
    });
  }

  make() {
    return element('tr', { role: 'row' }, ...this.columns.map((column, i) => i === 0
      ? element('th', { scope: 'row', role: 'rowheader', class: 'text' })
      : element('td', { role: 'cell', 'data-label': column.label, class: column.isText ? 'text' : '' })));
  }

  fill(cell, content) {
    if (typeof content === 'string') {
      setText(cell, content);
      return;
    }
    if (content.trend) {
      const svg = cell.firstElementChild ?? cell.appendChild(shape('svg', { class: 'trend', viewBox: '0 0 120 22', width: 120, height: 22, 'aria-hidden': 'true' }));
      trend(svg, content.trend);
      return;
    }
    if (cell.children.length === 0) {
      cell.append(element('span', { class: 'main' }), element('small'));
    }
    setText(cell.children[0], content.text);
    setText(cell.children[1], content.note ?? '');
    cell.className = `text ${content.state ?? ''}`;
  }
}
