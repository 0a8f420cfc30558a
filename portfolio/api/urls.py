"""Where the portfolio is found under /api/v1/."""

app_name = "portfolio"
urlpatterns = []
