// What the themes leave out: names for sections of the navigation that have a page of their own and for each code
// block's buttons, and a way by keyboard into a table that is wider than the screen.
document$.subscribe(() => {
  const all = (selector) => document.querySelectorAll(selector)
  const complete = () => {
    all(".md-code__nav").forEach((buttons, n) => (buttons.ariaLabel = `Code block ${n + 1}`))
    all(".md-typeset__scrollwrap").forEach((table) => {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0
    })
  }
  all(".md-nav[aria-labelledby]").forEach((section) => {
    section.ariaLabel = section.querySelector(".md-nav__title").textContent.trim()
    section.removeAttribute("aria-labelledby")
  })
  new MutationObserver(complete).observe(document.querySelector(".md-content"), { childList: true, subtree: true })
  complete()
})
