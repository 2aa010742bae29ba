// Arrow keys in a tree of lines: up and down walk, right opens, left closes or goes to the line above.
(() => {
  window.deviceConsole = Object.assign(window.deviceConsole ?? {}, {
    // A line that a link names; every line is as high as the others, and most are not rendered.
    showLine(frame, index) { frame.scrollTop = Math.max(0, index * 34 - frame.clientHeight / 2); },
  });

  Object.assign(window.deviceConsole, {
    // Only as far as it has to go: a line that is in sight already stays where it is.
    showTreeLine(frame, index, height) {
      const top = index * height;
      if (top < frame.scrollTop || top + height > frame.scrollTop + frame.clientHeight) frame.scrollTop = Math.max(0, top - frame.clientHeight / 3);
    },
  });

  // One line is the tree's stop for the Tab key: the one that had the focus last.
  document.addEventListener('focusin', event => {
    const pick = event.target.closest?.('[data-tree] .pick[tabindex]');
    if (!pick) return;
    for (const other of pick.closest('[data-tree]').querySelectorAll('.pick[tabindex="0"]')) if (other !== pick) other.tabIndex = -1;
    pick.tabIndex = 0;
  });

  // Home and End: the frame scrolls first, the line is rendered by the server a moment later.
  const toEdge = (line, end) => {
    const frame = line.closest('.scroll') ?? line.closest('[data-tree]');
    const lines = () => [...frame.querySelectorAll('tr.line')];
    frame.scrollTop = end ? frame.scrollHeight : 0;
    setTimeout(() => lines().at(end ? -1 : 0)?.querySelector('.pick')?.focus(), 150);
  };

  // Letters go to the next line in sight whose name begins so.
  let typed = '', typedAt = 0;
  const toName = (line, letter) => {
    typed = performance.now() - typedAt < 700 ? typed + letter : letter;
    typedAt = performance.now();
    const lines = [...line.closest('[data-tree]').querySelectorAll('tr.line')];
    const from = lines.indexOf(line) + (typed.length > 1 ? 0 : 1);
    const found = [...lines.slice(from), ...lines.slice(0, from)].find(row => row.querySelector('.name')?.textContent.toLowerCase().startsWith(typed));
    found?.querySelector('.pick')?.focus();
    found?.scrollIntoView({ block: 'nearest' });
  };

  document.addEventListener('keydown', event => {
    const line = event.target.closest?.('[data-tree] tr.line');
    if (!line || event.target.matches('input, select, textarea') || event.altKey || event.ctrlKey || event.metaKey) return;
    const go = row => { if (row?.matches('tr.line')) { row.querySelector('.pick')?.focus(); row.scrollIntoView({ block: 'nearest' }); } };
    const toggle = () => line.querySelector('button.twist')?.click();
    const level = row => Number(row.getAttribute('aria-level'));
    switch (event.key) {
      case 'ArrowDown': go(line.nextElementSibling); break;
      case 'ArrowUp': go(line.previousElementSibling); break;
      case 'ArrowRight':
        if (line.getAttribute('aria-expanded') === 'false') toggle(); else go(line.nextElementSibling);
        break;
      case 'ArrowLeft':
        if (line.getAttribute('aria-expanded') === 'true') { toggle(); break; }
        for (let row = line.previousElementSibling; row?.matches('tr.line'); row = row.previousElementSibling)
          if (level(row) < level(line)) { go(row); break; }
        break;
      case 'Home': toEdge(line, false); break;
      case 'End': toEdge(line, true); break;
      default:
        if (event.key.length !== 1 || event.key === ' ' || !line.querySelector('.pick .name')) return;
        toName(line, event.key.toLowerCase());
    }
    event.preventDefault();
  });
})();
