import { loadPredictor } from 'evenkeel/predictor';
import { get, set } from 'idb-keyval';
import { createPad } from './pad.js';
import { pixelsOf } from './strokes.js';

const KEY = 'doodles';
const kept = await get(KEY).catch(() => undefined); // A browser may refuse storage.
const state = kept ?? {
  names: ['circle', 'triangle', 'zigzag'], // A visitor can rename them; for more classes, add names here.
  drawings: [], // { strokes, label }
  model: undefined, // bytes of the trained model
};
let predictor = state.model && loadPredictor(state.model);

const $ = (selector) => document.querySelector(selector);
const pad = createPad($('canvas'), showGuess);
$('.clear').addEventListener('click', pad.clear);
$('.forget').addEventListener('click', () => {
  state.drawings = [];
  learn();
});

const rows = state.names.map((name, label) => {
  const item = $('template').content.firstElementChild.cloneNode(true);
  const part = (selector) => item.querySelector(selector);
  const row = { item, share: part('output'), button: part('.learn'), drawings: part('.drawings') };
  const input = part('input');
  input.value = name;
  input.addEventListener('input', () => {
    state.names[label] = input.value;
    showDrawings();
    save();
  });
  row.button.addEventListener('click', () => {
    state.drawings.push({ strokes: pad.strokes, label });
    pad.clear();
    learn();
  });
  $('.classes').append(item);
  return row;
});

/** Number of the last request to the trainer. Answers to earlier ones are out of date. */
let asked = 0;
const trainer = new Worker(new URL('./trainer.js', import.meta.url), { type: 'module' });
trainer.addEventListener('message', ({ data: { request, progress, bytes, error } }) => {
  if (request !== asked) return;
  $('progress').value = progress ?? 0;
  if (progress !== undefined) return;
  useModel(bytes);
  if (error) $('.status').textContent = error;
});

/** Trains on all drawings, if there are any of two classes, and forgets the model of earlier ones otherwise. */
function learn() {
  state.model = undefined;
  showDrawings();
  save();
  asked += 1;
  trainer.postMessage({ request: asked, drawings: state.drawings, classes: state.names.length });
  $('.status').textContent = 'Learning …';
}

function useModel(bytes) {
  state.model = bytes;
  predictor = bytes && loadPredictor(bytes);
  save();
  showStatus();
  showGuess();
}

function save() {
  set(KEY, state).catch((error) => {
    $('.status').textContent = `Not saved: ${error.message}`;
  });
}

function showStatus() {
  const { length } = state.drawings;
  $('.status').textContent = predictor
    ? `Trained on ${length} drawings. They stay in this browser.`
    : 'Nothing learnt yet: it takes drawings of two classes.';
}

/** Shows how likely each class is, from the strokes so far. */
function showGuess() {
  const drawn = pad.strokes.length > 0;
  $('.clear').disabled = !drawn;
  const shares = drawn && predictor ? predictor.predict(pixelsOf(pad.strokes)) : [];
  const best = shares.indexOf(Math.max(...shares));
  for (const [label, { item, share, button }] of rows.entries()) {
    button.disabled = !drawn;
    item.classList.toggle('best', label === best);
    item.style.setProperty('--share', shares[label] ?? 0);
    share.textContent = label in shares ? `${Math.round(100 * shares[label])} %` : '';
  }
}

/** Shows every drawing as a button that removes it. */
function showDrawings() {
  $('.forget').disabled = state.drawings.length === 0;
  for (const [label, { button, drawings }] of rows.entries()) {
    button.setAttribute('aria-label', `Learn as ${state.names[label]}`);
    drawings.replaceChildren(
      ...state.drawings.filter((drawing) => drawing.label === label).map((drawing) => thumbnail(drawing)),
    );
  }
}

function thumbnail(drawing) {
  const path = drawing.strokes.map((stroke) => `M${stroke.map(([x, y]) => `${x} ${y}`).join('L')}`).join('');
  const button = document.createElement('button');
  button.type = 'button';
  button.title = 'Remove';
  button.setAttribute('aria-label', `Remove this drawing of ${state.names[drawing.label]}`);
  button.innerHTML = `<svg viewBox="0 0 1 1" aria-hidden="true"><path d="${path}" /></svg>`;
  button.addEventListener('click', () => {
    state.drawings = state.drawings.filter((other) => other !== drawing);
    learn();
  });
  return button;
}

showDrawings();
showStatus();
showGuess();
// The page was closed before the training ended.
if (!state.model && state.drawings.length > 0) learn();
