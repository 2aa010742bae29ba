// Arrow keys in a tree of lines: up and down walk, right opens, left closes or goes to the line above.
(() => {
  window.deviceConsole = Object.assign(window.deviceConsole ?? {}, {
    // A line that a link names; every line is as high as the others, and most are not rendered.
    showLine(frame, index) { frame.scrollTop = Math.max(0, index * 34 - frame.clientHeight / 2); },
  });

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
      default: return;
    }
    event.preventDefault();
  });
})();
