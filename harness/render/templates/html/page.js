'use strict';
(() => {
  const $ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = document.querySelector('.filter');
  const [search, said] = [form.querySelector('input'), form.querySelector('output')];
  const toggles = $('button[value]', form);
  const folds = $('main details');
  const folded = new Map();

  // What can be found: its text with that of the table and folds that it stands in, and its tones.
  const rows = $('main tbody tr, main article, main .diff li, main .arrows li').map((row) => {
    const table = row.closest('table');
    const around = [table && table.caption];
    for (let fold = row.closest('details'); fold; fold = fold.parentElement.closest('details')) {
      around.push(fold.querySelector('summary'));
    }
    const text = [row, ...around].map((part) => (part ? part.textContent : '')).join(' ');
    const tones = toggles
      .map((toggle) => toggle.value)
      .filter((tone) => row.classList.contains(tone) || row.querySelector('.' + tone));
    return { row, text: text.toLowerCase(), tones };
  });
  for (const { row } of rows) {
    if (row.id) {
      const link = document.createElement('a');
      link.className = 'anchor';
      link.href = '#' + row.id;
      link.setAttribute('aria-label', 'Link to this ' + (row.matches('article') ? 'finding' : 'row'));
      (row.querySelector('th, h3') || row).append(link);
    }
  }

  function open(fold) {
    if (!folded.has(fold)) {
      folded.set(fold, fold.open);
    }
    fold.open = true;
  }
  function foldBack() {
    folded.forEach((was, fold) => (fold.open = was));
    folded.clear();
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const tones = toggles.filter((toggle) => toggle.ariaPressed === 'true').map((toggle) => toggle.value);
    const on = words.length + tones.length > 0;
    foldBack();
    let hits = 0;
    const kept = new Set();
    for (const { row, text, tones: has } of rows) {
      const hit =
        words.every((word) => text.includes(word)) && (!tones.length || tones.some((tone) => has.includes(tone)));
      row.hidden = !hit;
      if (hit) {
        hits += 1;
        for (let up = row.parentElement; on && up && !kept.has(up); up = up.parentElement) {
          kept.add(up);
          if (up.matches('details')) {
            open(up);
          }
        }
      }
    }
    for (const part of $('main table, main .diff, main .arrows, main details')) {
      part.hidden = on && !kept.has(part) && (!part.matches('details') || !!part.querySelector('tbody, article, li'));
    }
    said.textContent = on ? hits + (hits === 1 ? ' hit' : ' hits') + ' of ' + rows.length : '';
    return { on, tones };
  }
  function typed() {
    const { on, tones } = filter();
    const state = new URLSearchParams();
    if (search.value) {
      state.set('q', search.value);
    }
    if (tones.length) {
      state.set('show', tones.join(','));
    }
    history.replaceState(null, '', on ? '#' + state : location.pathname + location.search);
  }
  function show(words, tones) {
    search.value = words;
    toggles.forEach((toggle) => (toggle.ariaPressed = String(tones.includes(toggle.value))));
    return filter();
  }

  // The address holds either a row or what the page is filtered by.
  function follow() {
    const hash = location.hash.slice(1);
    if (/^(q|show)=/.test(hash)) {
      const state = new URLSearchParams(hash);
      show(state.get('q') || '', (state.get('show') || '').split(','));
      return;
    }
    const target = hash && document.getElementById(hash);
    if (!target) {
      return;
    }
    if (target.closest('[hidden]')) {
      show('', []);
    }
    for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) {
      fold.open = true;
    }
    target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  search.addEventListener('input', typed);
  for (const toggle of toggles) {
    toggle.addEventListener('click', () => {
      toggle.ariaPressed = String(toggle.ariaPressed !== 'true');
      typed();
    });
  }
  addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && event.target !== search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === 'Escape' && event.target === search) {
      show('', []);
      typed();
    }
  });
  addEventListener('hashchange', follow);
  // On paper everything is unfolded and nothing is filtered.
  const paper = new Map();
  addEventListener('beforeprint', () => {
    for (const fold of folds) {
      paper.set(fold, fold.open);
      fold.open = true;
    }
  });
  addEventListener('afterprint', () => {
    paper.forEach((was, fold) => (fold.open = was));
  });
  follow();
})();
