// Names that the theme leaves out and a screen reader needs: the search dialog, and each code block's row of buttons.
document$.subscribe(() => {
  document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search")
  const name = () => document.querySelectorAll(".md-code__nav").forEach((row, n) => (row.ariaLabel = `Code block ${n + 1}`))
  new MutationObserver(name).observe(document.querySelector(".md-content"), { childList: true, subtree: true })
  name()
})
