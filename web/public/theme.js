// Applies the remembered theme before the first paint. A separate file, so that
// the content security policy needs no inline script.
(() => {
  try {
    const theme = localStorage.getItem("oriel.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be refused; the system's preference then decides.
  }
})();
