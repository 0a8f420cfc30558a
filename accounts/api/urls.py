"""Where the accounts is found under /api/v1/."""

app_name = "accounts"
urlpatterns = []
