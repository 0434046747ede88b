// Asks this server every five seconds while the page is seen, and shows what it answers. Nothing is kept from one answer to the next.

import { age, bytes, count, latency, rate } from './numbers.js';
import { Plot } from './plots.js';
import { fillTiles, LiveTable, setText } from './tables.js';

const period = 5000;
const patience = 10000;

const main = document.querySelector('main');
const status = document.getElementById('status');
const pause = document.getElementById('pause');
const get = id => document.getElementById(id);
const none = () => null;
const perSecond = value => value === null ? rate.format(value) : `${rate.format(value)} /s`;
const both = latencies => `${latency.format(latencies.p50)} · ${latency.format(latencies.p95)}`;
const hasSome = values => values.some(value => value !== null && value > 0);

const noNode = data => data.stashes.nodes.length > 0 ? null
  : data.stashes.hasSilos ? 'No silo has answered yet.' : 'Nothing is held in the memory of this server yet.';

const definitions = {
  count: { title: 'Stashes in memory', unit: count, isFilled: true, series: [{ label: 'Stashes', color: 'one', of: data => data.stashes.count }], missing: noNode },
  size: { title: 'Their content', unit: bytes, isFilled: true, series: [{ label: 'Size', color: 'one', of: data => data.stashes.size }], missing: noNode },
  calls: {
    title: 'Opens and saves a second',
    unit: rate,
    series: [{ label: 'Saves', color: 'one', of: data => data.stashes.saves }, { label: 'Opens', color: 'two', of: data => data.stashes.opens }],
    missing: noNode,
  },
  lag: {
    title: 'Flush lag: age of the oldest unstored stash',
    unit: age,
    isFilled: true,
    series: [{ label: 'Age', color: 'three', of: data => data.stashes.lag }],
    missing: data => data.stashes.hasSilos ? noNode(data) : 'This server has no silos: nothing waits for a storage.',
  },
  opened: {
    title: 'Pages opened a minute, by status',
    unit: count,
    isCounted: true,
    series: [
      { label: 'New', color: 'four', of: data => data.pages.opened.new },
      { label: 'Recovered', color: 'two', of: data => data.pages.opened.recovered },
      { label: 'Not found', color: 'three', of: data => data.pages.opened.notFound },
      { label: 'Error', color: 'five', of: data => data.pages.opened.error },
    ],
    missing: data => Object.values(data.pages.opened).some(hasSome) ? null : 'No page of this server was opened within the last hour.',
  },
  saves: {
    title: 'Saves of pages a second',
    unit: rate,
    series: [{ label: 'Saved', color: 'one', of: data => data.pages.saved }, { label: 'Not saved', color: 'five', dashed: true, of: data => data.pages.notSaved }],
    missing: none,
  },
  saveLatency: {
    title: 'Until a page is told that it is saved',
    unit: latency,
    isClipped: true,
    series: [{ label: 'p95', color: 'three', dashed: true, of: data => data.pages.saveP95 }, { label: 'p50', color: 'one', of: data => data.pages.saveP50 }],
    missing: data => hasSome(data.pages.saveP95) ? null : 'No page of this server saved within the last hour.',
  },
  openLatency: {
    title: 'Until a page has recovered',
    unit: latency,
    isClipped: true,
    series: [{ label: 'p95', color: 'three', dashed: true, of: data => data.pages.openP95 }, { label: 'p50', color: 'one', of: data => data.pages.openP50 }],
    missing: data => hasSome(data.pages.openP95) ? null : 'No page of this server recovered within the last hour.',
  },
};

const plots = [...document.querySelectorAll('[data-plot]')].map(figure => new Plot(figure, { name: figure.dataset.plot, ...definitions[figure.dataset.plot] }));

const states = { answers: 'answers', silent: 'does not answer', withoutstatistics: 'earlier version, tells nothing' };

const nodes = new LiveTable(get('nodes'), [
  { label: 'Silo', isText: true, of: node => ({ text: node.name || node.address || 'All', note: node.name ? node.address : '' }) },
  { label: 'State', isText: true, of: node => ({ text: node.name || node.address ? states[node.state] : '', state: node.state }) },
  { label: 'Stashes', of: node => count.format(node.stashes) },
  { label: 'Content', of: node => bytes.format(node.size) },
  { label: 'Opens', of: node => perSecond(node.opens) },
  { label: 'Saves', of: node => perSecond(node.saves) },
  { label: 'Open p50 · p95', of: node => both(node.open) },
  { label: 'Save p50 · p95', of: node => both(node.save) },
  { label: 'Unstored', of: node => count.format(node.unstored) },
  { label: 'Flush lag', of: node => age.format(node.lag) },
  { label: 'Saves, last hour', isText: true, of: node => node.trend.length > 0 ? { trend: node.trend } : '' },
]);

const engines = new LiveTable(get('engines'), [
  { label: 'Engine', isText: true, of: engine => ({ text: engine.name || 'All' }) },
  { label: 'Opens', of: engine => perSecond(engine.opens) },
  { label: 'Saves', of: engine => perSecond(engine.saves) },
  { label: 'New', of: engine => count.format(engine.new) },
  { label: 'Recovered', of: engine => count.format(engine.recovered) },
  { label: 'Not found', of: engine => count.format(engine.notFound) },
  { label: 'Error', of: engine => count.format(engine.error) },
  { label: 'Not saved', of: engine => count.format(engine.notSaved) },
  { label: 'Open p50 · p95', of: engine => both(engine.open) },
  { label: 'Save p50 · p95', of: engine => both(engine.save) },
  { label: 'Saves, last hour', isText: true, of: engine => engine.trend.length > 0 ? { trend: engine.trend } : '' },
]);

function show(data) {
  const { stashes, pages } = data;
  const silent = stashes.nodes.filter(node => node.state !== 'answers').length;
  const silos = stashes.nodes.filter(node => node.address).length;
  setText(get('stashes-scope'), stashes.hasSilos
    ? `In the memory of ${silos === 1 ? 'one silo' : `${silos} silos`}${stashes.nodes.length > silos ? ' and of this server' : ''}, for all web servers. Stored stashes that nobody uses are in storage alone, and not counted.`
    : 'In the memory of this server.');
  setText(get('nodes-title'), stashes.hasSilos ? 'By silo' : 'By place');
  const all = stashes.all;
  fillTiles(get('stashes-tiles'), [
    ['Stashes', count.format(all.stashes), 'in memory now'],
    ['Content', bytes.format(all.size), 'of them'],
    ['Opens', perSecond(all.opens), 'last minute'],
    ['Saves', perSecond(all.saves), 'last minute'],
    ['Flush lag', age.format(all.lag), all.unstored === null ? 'no silo' : `${count.format(all.unstored)} unstored`, all.lag >= 30],
    ['Lost', count.format(all.lost), 'last hour', all.lost > 0],
  ]);
  fillTiles(get('pages-tiles'), [
    ['Circuits', count.format(pages.circuits), 'open now'],
    ['Held', count.format(pages.waiting), 'wait for their engine', pages.waiting > 0],
    ['Recovered', count.format(pages.all.recovered), 'last hour'],
    ['Not saved', count.format(pages.all.notSaved), 'refused or unreachable', pages.all.notSaved > 0],
    ['Save p95', latency.format(pages.all.save.p95), `p50 ${latency.format(pages.all.save.p50)}`],
    ['Open p95', latency.format(pages.all.open.p95), `p50 ${latency.format(pages.all.open.p50)}`],
  ]);
  nodes.update(stashes.nodes, all);
  engines.update(pages.engines, pages.all);
  say('nodes-empty', noNode(data));
  say('engines-empty', pages.engines.length > 0 ? null : 'No page of this server has used an engine yet.');
  plots.forEach(plot => plot.update(data));
  return !stashes.answers ? 'The cluster does not answer' : silent > 0 ? `${silent} of ${silos} silos ${silent === 1 ? 'does' : 'do'} not answer` : 'Live';
}

function say(id, text) {
  setText(get(id), text ?? '');
  get(id).hidden = text === null;
}

function tell(text, isBad) {
  setText(status, text);
  status.classList.toggle('bad', isBad);
  main.classList.toggle('stale', text.startsWith('This server') || text.startsWith('You are'));
}

async function ask() {
  try {
    const answer = await fetch(main.dataset.source, { cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(patience) });
    if (answer.type === 'opaqueredirect' || [401, 403, 404].includes(answer.status)) {
      tell('You are not let in any more: load the page again', true);
      return;
    }
    if (!answer.ok) {
      throw new Error(`${answer.status}`);
    }
    const text = show(await answer.json());
    if (!isPaused()) {
      tell(text, text !== 'Live');
    }
  } catch (error) {
    tell('This server does not answer: the numbers are old', true);
    console.debug(error);
  }
}

const isPaused = () => pause.getAttribute('aria-pressed') === 'true';
let timer = 0;
let isAsking = false;

async function run() {
  clearTimeout(timer);
  if (isAsking || isPaused() || document.hidden) {
    return;
  }
  isAsking = true;
  await ask();
  isAsking = false;
  timer = setTimeout(run, period);
}

pause.addEventListener('click', () => {
  pause.setAttribute('aria-pressed', String(!isPaused()));
  if (isPaused()) {
    tell('Paused', false);
  }
  run();
});
document.addEventListener('visibilitychange', run);
run();
