'use strict';
// Cards stand in the page as text, a line each, for browsers without scripts. Here only those are made that are near
// what is seen: groups of them are filled as they come near, and emptied when they are far.
const GROUP = 12;  // fills rows of 1, 2 or 3 cards
const main = document.getElementById('cards'), choose = document.getElementById('choose');
const count = document.getElementById('count'), large = document.getElementById('large');
const terms = new Map([...document.querySelectorAll('#terms dt')].map(
  term => [term.textContent, term.nextElementSibling.textContent]));
const cards = [...main.querySelectorAll('noscript')].flatMap(part => part.textContent.trim().split('\n')).map(line => {
  const card = {line};
  for (const [, key, value] of line.slice(0, line.indexOf('>')).matchAll(/([a-z]+)="([^"]*)"/g)) card[key] = value;
  card.find = card.find.toLowerCase();
  return card;
});
let shown = [], columns = 1, rowHeight = 0;

const escaped = text => text.replace(/[&<>"']/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;'}[c]));
const number = (card, key) => {
  const value = parseFloat(card[key]);
  return isNaN(value) ? (card.class === 'failed' ? Infinity : -Infinity) : value;
};

function select() {
  const wanted = Object.fromEntries(new FormData(choose)), find = escaped(wanted.find.trim()).toLowerCase();
  shown = cards.filter(card => (!wanted.show || wanted.show.split(' ').includes(card.class))
    && (!wanted.gender || card.gender === wanted.gender)
    && (!wanted.above || number(card, 'error') > parseFloat(wanted.above)) && card.find.includes(find));
  if (wanted.sort) shown.sort((a, b) => (number(b, wanted.sort) - number(a, wanted.sort)) || a.index - b.index);
  count.textContent = `${shown.length} of ${cards.length} images`;
  show();
}

const observer = new IntersectionObserver(changes => changes.forEach(
  change => change.isIntersecting ? fill(change.target) : empty(change.target)), {rootMargin: '800px'});

function show() {
  observer.disconnect();
  release(main);
  const groups = Array.from({length: Math.ceil(shown.length / GROUP)}, (_, i) => {
    const group = document.createElement('div');
    group.className = 'group';
    group.dataset.start = i * GROUP;
    return group;
  });
  main.replaceChildren(...groups);
  if (groups.length) {
    fill(groups[0]);
    measure(groups[0]);
    groups.slice(1).forEach(empty);
    groups.forEach(group => observer.observe(group));
  }
}

function measure(group) {
  columns = getComputedStyle(group).gridTemplateColumns.split(' ').length;
  rowHeight = group.offsetHeight / rows(group);
}

function rows(group) {
  return Math.ceil(Math.min(GROUP, shown.length - group.dataset.start) / columns);
}

function fill(group) {
  if (group.firstChild) return;
  const start = +group.dataset.start;
  group.innerHTML = shown.slice(start, start + GROUP).map(card => card.line).join('');
  group.style.minHeight = '';
  explain(group);
}

function empty(group) {  // a place of the height that it had, or is likely to have
  group.style.minHeight = `${group.firstChild ? group.offsetHeight : rowHeight * rows(group)}px`;
  release(group);
  group.replaceChildren();
}

function explain(part) {
  for (const card of part.querySelectorAll('article[data-body]')) {
    const button = document.createElement('button');
    button.className = 'turn';
    button.textContent = 'turn the body';
    card.querySelector('.files').append(' ', button);
  }
  for (const term of part.querySelectorAll('dt')) term.title = terms.get(term.textContent) || '';
}

// Strips are painted on canvases, as large as they are seen: of every image element that was ever seen Chromium keeps
// the pixels, up to 512 MB of them, wherever that element is by now.

const spare = [];  // canvases that are not seen: new ones for each card would lie about until the browser tidies up

async function paint(image, canvas) {
  const place = canvas || image;
  const width = Math.max(1, Math.min(image.naturalWidth, Math.round(place.clientWidth * devicePixelRatio)));
  const height = Math.max(1, Math.round(width * image.naturalHeight / image.naturalWidth));
  let pixels;
  try {
    pixels = await createImageBitmap(image, {resizeWidth: width, resizeHeight: height, resizeQuality: 'high'});
  } catch {
    return image.classList.add('as-it-is');
  }
  if (!place.isConnected || canvas && canvas.image !== image) return pixels.close();  // scrolled away meanwhile
  canvas ||= spare.pop() || document.createElement('canvas');
  Object.assign(canvas, {image, width, height, role: 'img', ariaLabel: image.alt});
  canvas.getContext('bitmaprenderer').transferFromImageBitmap(pixels);
  image.replaceWith(canvas);
}

function release(part) {
  for (const canvas of part.querySelectorAll('canvas')) {
    canvas.getContext('bitmaprenderer').transferFromImageBitmap(null);
    canvas.image = null;
    spare.push(canvas);
  }
}

main.addEventListener('load', event => paint(event.target), true);
main.addEventListener('error', event => event.target.classList.add('as-it-is'), true);  // tells what it should be

let later;

const sharpness = () => main.clientWidth * devicePixelRatio;
let painted = sharpness();
addEventListener('resize', () => {
  clearTimeout(later);
  later = setTimeout(() => {
    if (sharpness() === painted) return;  // telephones resize the page whenever they hide the address
    painted = sharpness();
    const full = [...main.children].find(group => group.firstChild);
    if (full) measure(full);
    for (const canvas of main.querySelectorAll('canvas')) paint(canvas.image, canvas);
  }, 200);
});

// One image, large

let current = 0;

function enlarge(step) {
  current = (current + step + shown.length) % shown.length;
  const place = large.lastElementChild;
  place.innerHTML = shown[current].line;
  explain(place);
  const link = place.querySelector('a.picture'), strip = place.querySelector('img');
  if (link && !['#', strip.getAttribute('src')].includes(link.getAttribute('href'))) {
    const overlay = new Image();
    overlay.className = 'overlay';
    overlay.alt = `${strip.alt.split(':')[0]}: overlay`;
    overlay.src = link.href;
    link.append(overlay);
  }
  if (!large.open) large.showModal();
  large.scrollTop = 0;
}

let view = null;

async function turn(card) {
  const place = document.createElement('p');
  card.prepend(place);
  try {
    const body = await loadBody(+card.dataset.index, card.dataset.body);
    view ||= new BodyView();
    place.replaceWith(view.canvas);
    view.show(body);
    view.canvas.focus();
  } catch (error) {
    place.textContent = `The body cannot be shown: ${error.message}.`;
  }
}

main.addEventListener('click', event => {
  const clicked = event.target.closest('a.picture, button.turn');
  if (!clicked || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  current = shown.findIndex(card => card.index === clicked.closest('article').dataset.index);
  enlarge(0);
  if (clicked.className === 'turn') turn(large.querySelector('article'));
});
large.addEventListener('click', event => {
  if (event.target === large) large.close();
  if (event.target.className === 'turn') turn(large.querySelector('article'));
  if (event.target.dataset.step) enlarge(+event.target.dataset.step);
});
large.addEventListener('keydown', event => {
  if (event.key === 'ArrowRight') enlarge(1);
  if (event.key === 'ArrowLeft') enlarge(-1);
});

// What is chosen stands in the address

function read() {
  const told = new URLSearchParams(location.hash.slice(1));
  for (const field of choose.elements) if (field.name) field.value = told.get(field.name) || '';
  for (const list of choose.querySelectorAll('select')) if (list.selectedIndex < 0) list.value = '';
  select();
}
choose.addEventListener('submit', event => event.preventDefault());
choose.addEventListener('input', () => {
  const told = new URLSearchParams([...new FormData(choose)].filter(([, value]) => value));
  history.replaceState(null, '', `#${told}`);
  select();
});
addEventListener('hashchange', read);
choose.hidden = false;
main.className = 'grouped';
read();
