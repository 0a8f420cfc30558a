// Dark or light, as chosen in the admin; the admin theme keeps the choice under this name.
const chosen = JSON.parse(localStorage.getItem("adminTheme") || '"auto"');
const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.classList.toggle("dark", dark);
