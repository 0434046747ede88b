// Numbers as people read them. Each unit formats a value, and says which steps its axis may have.

const decimal = [1, 2, 5];
const missing = '–';

function plain(value, digits) {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function short(value) {
  return value < 10000 ? plain(value, 0) : value.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 3 });
}

function orMissing(format) {
  return value => value === null || value === undefined ? missing : format(value);
}

export const count = { name: '', steps: decimal, base: 10, least: 1, format: orMissing(short) };

export const rate = {
  name: 'a second',
  steps: decimal,
  base: 10,
  least: 0.001,
  format: orMissing(value => value === 0 ? '0' : value < 0.01 ? '< 0.01' : value < 1 ? plain(value, 2) : value < 100 ? plain(value, 1) : short(value)),
  tick: value => String(Number(value.toPrecision(3))),
};

export const bytes = {
  name: '',
  steps: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  base: 1024,
  least: 1,
  format: orMissing(value => {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return `${plain(value, unit === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1)} ${units[unit]}`;
  }),
};

function milliseconds(value) {
  const text = value * 1000;
  return `${plain(text, text > 0 && text < 10 && !Number.isInteger(text) ? 1 : 0)} ms`;
}

// The highest bound of the buckets: what took longer is not known any closer.
const longest = 30;

export const latency = {
  name: '',
  steps: decimal,
  base: 10,
  least: 0.0001,
  format: orMissing(value => value >= longest ? `over ${longest} s` : value < 1 ? milliseconds(value) : `${plain(value, 1)} s`),
  tick: value => value === 0 ? '0' : value < 1 ? `${Number((value * 1000).toPrecision(3))} ms` : `${Number(value.toPrecision(3))} s`,
};

export const age = {
  name: '',
  steps: [1, 2, 5, 10, 15, 30],
  base: 60,
  least: 1,
  format: orMissing(value => value < 60 ? `${plain(value, 0)} s` : value < 3600 ? `${plain(value / 60, 0)} min` : `${plain(value / 3600, 1)} h`),
};

/** The marks of an axis that starts at zero: three to five of them, and the last is not below the highest value. */
export function marks(unit, highest) {
  if (highest === 0) {
    return [0, 1];
  }
  const aim = Math.max(highest, unit.least) / 4;
  let power = unit.base ** Math.floor(Math.log(aim) / Math.log(unit.base));
  let step = unit.steps.find(factor => factor * power >= aim * 0.999);
  if (!step) {
    power *= unit.base;
    step = unit.steps[0];
  }
  const distance = Math.max(step * power, unit.least);
  const found = [0];
  while (found[found.length - 1] < highest || found.length < 2) {
    found.push(found.length * distance);
  }
  return found;
}

export function tick(unit, value) {
  return (unit.tick ?? unit.format)(value);
}
