package authyapi

// appStats answers GET /protected/{format}/app/stats: what the application did in
// the last twelve months.
func appStats(c *call) answer {
	app := c.world.Application
	months := app.Stats()
	rows := make(array, 0, len(months))
	for _, m := range months {
		rows = append(rows, object{
			{"sms_count", m.SMS},
			{"calls_count", m.Calls},
			{"users_count", m.Users},
			{"auths_count", m.Auths},
			{"month", m.Month.String()},
			{"api_calls_count", m.APICalls},
			{"year", int64(m.Year)},
		})
	}
	const message = "Monthly statistics."
	return success(message, object{
		{"message", message},
		{"count", int64(len(rows))},
		{"total_users", int64(len(app.Users()))},
		{"app_id", app.Settings().ID},
		{"success", true},
		{"stats", rows},
	})
}
