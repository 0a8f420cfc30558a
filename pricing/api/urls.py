"""Where the pricing is found under /api/v1/."""

app_name = "pricing"
urlpatterns = []
