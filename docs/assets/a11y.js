// What the themes leave out: names for the search dialog and for each code block's buttons, and a way by keyboard
// into a table that is wider than the screen.
document$.subscribe(() => {
  const complete = () => {
    document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search")
    document.querySelectorAll(".md-code__nav").forEach((row, n) => (row.ariaLabel = `Code block ${n + 1}`))
    document.querySelectorAll(".md-typeset__scrollwrap").forEach((table) => {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0
    })
  }
  new MutationObserver(complete).observe(document.querySelector(".md-content"), { childList: true, subtree: true })
  complete()
})
