package authyapi

// appDetails answers GET /protected/{format}/app/details: what the application
// is and may do.
func appDetails(c *call) answer {
	app := c.world.Application.Settings()
	const message = "Application information."
	return success(message, object{
		{"app", object{
			{"name", app.Name},
			{"plan", app.Plan},
			{"sms_enabled", app.SMSEnabled},
			{"phone_calls_enabled", app.PhoneCallsEnabled},
			{"app_id", app.ID},
			{"onetouch_enabled", app.OneTouchEnabled},
		}},
		{"message", message},
		{"success", true},
	})
}
