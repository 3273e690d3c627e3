/** Filters what is there; the page is whole without it. */
export const script = `
'use strict';
const findings = [...document.querySelectorAll('.finding')];
const boxes = [...document.querySelectorAll('.filters input[type=checkbox]')];
const search = document.querySelector('.filters input[type=search]');
const shown = document.querySelector('.shown');
const nothing = document.querySelector('.nothing.filtered');

const renames = [];

const allowed = (group) => new Set(boxes.filter((box) => box.name === group && box.checked).map((box) => box.value));

function filter() {
  const groups = ['severity', 'rule', 'verdict'].map((name) => [name, allowed(name)]);
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const suppressed = boxes.some((box) => box.name === 'suppressed' && box.checked);
  let count = 0;
  for (const finding of findings) {
    const text = finding.dataset.text;
    const fits = groups.every(([name, values]) => values.has(finding.dataset[name]))
      && words.every((word) => text.includes(word))
      && (suppressed || finding.dataset.suppressed === undefined);
    finding.hidden = !fits;
    if (fits) count += 1;
  }
  for (const file of document.querySelectorAll('.file')) {
    file.hidden = file.querySelector('.finding:not([hidden])') === null;
  }
  for (const rename of renames) rename();
  shown.textContent = count + ' of ' + findings.length + ' shown';
  nothing.hidden = count > 0;
}

document.querySelector('.filters').addEventListener('input', filter);
for (const all of document.querySelectorAll('legend button')) {
  const group = [...all.closest('fieldset').querySelectorAll('input')];
  const name = () => { all.textContent = group.every((box) => box.checked) ? 'none' : 'all'; };
  all.addEventListener('click', () => {
    const on = all.textContent === 'all';
    for (const box of group) box.checked = on;
    filter();
  });
  renames.push(name);
}
for (const button of document.querySelectorAll('.replay button')) {
  if (navigator.clipboard === undefined) { button.hidden = true; continue; }
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector('code').textContent);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
}
filter();
`;
