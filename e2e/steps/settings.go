package steps

import (
	"context"
	"slices"
	"strings"

	"github.com/cucumber/godog"
)

// addSettingSteps adds what is said of SFTPGo's settings beside those of the hook, by
// their names in its configuration file.
func addSettingSteps(sc *godog.ScenarioContext) {
	for name, variable := range map[string]string{
		"external_auth_scope":                   "SFTPGO_DATA_PROVIDER__EXTERNAL_AUTH_SCOPE",
		"check_password_scope":                  "SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE",
		"password_validation.users.min_entropy": "SFTPGO_DATA_PROVIDER__PASSWORD_VALIDATION__USERS__MIN_ENTROPY",
		"webdavd.cache.users.max_size":          "SFTPGO_WEBDAVD__CACHE__USERS__MAX_SIZE",
		"webdavd.cache.users.expiration_time":   "SFTPGO_WEBDAVD__CACHE__USERS__EXPIRATION_TIME",
	} {
		sc.Given(`^`+strings.ReplaceAll(name, ".", `\.`)+` is (\d+)$`, func(ctx context.Context, value string) {
			of(ctx).set(variable, value)
		})
	}
}

// set adds a setting, which makes the server another one.
func (w *world) set(variable, value string) {
	lines := append(strings.Fields(w.setup.More), variable+"="+value)
	slices.Sort(lines)
	w.setup.More = strings.Join(lines, "\n")
}
