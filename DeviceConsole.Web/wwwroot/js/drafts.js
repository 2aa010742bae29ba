// What was typed into <form data-draft="key"> survives a lost circuit: kept in this tab, never secrets, restored once.
(() => {
  const prefix = 'dc-draft:';
  const lostFlag = 'dc-draft-lost';
  const keyOf = form => prefix + location.pathname + ':' + form.dataset.draft;
  const isKept = field => field.name && field.type !== 'password' && field.type !== 'hidden' && !('noDraft' in field.dataset);

  function collect(form) {
    const values = {};
    for (const field of form.elements) {
      if (isKept(field)) values[field.name] = field.type === 'checkbox' ? field.checked : field.value;
    }
    return values;
  }

  document.addEventListener('input', event => {
    const form = event.target.form;
    if (form?.dataset.draft) sessionStorage.setItem(keyOf(form), JSON.stringify(collect(form)));
  });

  const named = (form, name) => [...form.elements].find(field => field.name === name && isKept(field));
  const wait = async (probe, tries = 30) => {
    for (let i = 0; i < tries; i++) {
      const found = probe();
      if (found) return found;
      await new Promise(next => setTimeout(next, 100));
    }
    return null;
  };

  // A field that is not there yet belongs to a section that a button adds.
  async function fieldOf(form, name) {
    const there = named(form, name);
    if (there) return there;
    const adder = [...form.querySelectorAll('[data-draft-adds]')].find(button => name.startsWith(button.dataset.draftAdds));
    if (!adder) return null;
    adder.click();
    return wait(() => named(form, name), 20);
  }

  async function restore(form) {
    const saved = sessionStorage.getItem(keyOf(form));
    if (!saved) return;
    sessionStorage.removeItem(keyOf(form));
    for (const [name, value] of Object.entries(JSON.parse(saved))) {
      const field = await fieldOf(form, name);
      if (!field) continue;
      if (field.type === 'checkbox') { if (field.checked !== value) field.click(); continue; }
      if (field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
    form.dataset.restored = 'yes';
  }

  document.addEventListener('deviceconsole:started', async () => {
    const reloaded = performance.getEntriesByType('navigation')[0]?.type === 'reload';
    const lost = sessionStorage.getItem(lostFlag) === location.pathname;
    sessionStorage.removeItem(lostFlag);
    if (!lost && !reloaded) return;
    const form = await wait(() => document.querySelector('form[data-draft][data-ready]'));
    if (form) await restore(form);
  });

  window.deviceConsole = Object.assign(window.deviceConsole ?? {}, {
    keepDrafts() { sessionStorage.setItem(lostFlag, location.pathname); },
    dropDraft(key) { sessionStorage.removeItem(prefix + location.pathname + ':' + key); },
  });
})();
