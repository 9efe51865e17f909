// The little that these pages need of a script beside the answer box: buttons that copy, the keyboard and names where
// the themes have none, and links that work in a copy of the site opened as files. Without it they lack that alone.
{
  const copy = async ({ currentTarget: button }) => {
    await navigator.clipboard.writeText(button.closest("pre").querySelector("code").textContent)
    button.ariaLabel = button.title = "Copied"
  }

  // Only a page that came over HTTPS, or from this machine, may write to the clipboard.
  for (const block of navigator.clipboard ? document.querySelectorAll(".highlight > pre") : []) {
    const properties = { type: "button", className: "md-code__button unstuck-copy", title: "Copy", ariaLabel: "Copy" }
    const button = Object.assign(document.createElement("button"), properties)
    button.dataset.mdType = "copy"
    button.addEventListener("click", copy)
    block.append(button)
  }

  const label = document.querySelector(".md-header [for=__drawer]")
  const menu = Object.assign(document.createElement("button"), { type: "button", ariaLabel: "Navigation" })
  menu.className = `${label.className} unstuck-menu`
  menu.append(...label.childNodes)
  menu.addEventListener("click", () => document.querySelector("#__drawer").click())
  label.replaceWith(menu)
  for (const section of document.querySelectorAll(".md-nav[aria-labelledby]")) {
    section.ariaLabel = section.querySelector(".md-nav__title").textContent.trim()
    section.removeAttribute("aria-labelledby")
  }
  document.addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && target.matches("label[tabindex]")) target.click()
  })

  if (location.protocol === "file:") {
    for (const link of document.links) if (link.pathname.endsWith("/")) link.pathname += "index.html"
  }
}
