package ctl

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// source is a place where enrolments are kept.
type source struct {
	// name is what an administrator knows it by.
	name      string
	directory hooks.Directory
}

// sources returns the places in the order in which the hooks look at them.
func sources(config hooks.Config) []source {
	var list []source
	if config.Users != nil {
		list = append(list, source{config.UsersFile, config.Users})
	}
	if config.SFTPGo != nil {
		list = append(list, source{"additional_info in SFTPGo", hooks.NewSFTPGo(*config.SFTPGo)})
	}
	return list
}

var errNoSource = usageError{"set AUTHY_USERS_FILE or AUTHY_SFTPGO_URL: without, hookctl does not know who has which Authy ID"}

// find returns what counts for a user, and where it is from.
func find(ctx context.Context, config hooks.Config, name string) (hooks.Enrolment, string, error) {
	places := sources(config)
	if len(places) == 0 {
		return hooks.Enrolment{}, "", errNoSource
	}
	var names []string
	for _, place := range places {
		enrolment, err := within(ctx, config, func(ctx context.Context) (hooks.Enrolment, error) {
			directory := place.directory
			if config.TOTP != nil {
				directory = config.TOTP.Directory(directory)
			}
			return directory.Find(ctx, hooks.Account{Username: name})
		})
		if !errors.Is(err, hooks.ErrNoAuthyID) {
			if err != nil {
				err = fmt.Errorf("%s: %w", place.name, err)
			}
			return enrolment, place.name, err
		}
		names = append(names, place.name)
	}
	return hooks.Enrolment{}, "", fmt.Errorf("%w: not in %s", hooks.ErrNoAuthyID, strings.Join(names, ", nor in "))
}

// within asks a server, in the time that a hook has for a login.
func within[T any](ctx context.Context, config hooks.Config, ask func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, config.Deadline)
	defer cancel()
	return ask(ctx)
}

func authy(config hooks.Config) *hooks.AuthyClient {
	return hooks.NewAuthyClient(config.APIURL, config.APIKey, config.RootCAs)
}

// exceptions tells in words for whom no token is needed.
func exceptions(e hooks.Enrolment) string {
	switch {
	case e.NoToken:
		return "no token is needed at all"
	case len(e.NoTokenFrom) > 0:
		var networks []string
		for _, network := range e.NoTokenFrom {
			networks = append(networks, network.String())
		}
		return "no token is needed from " + strings.Join(networks, ", ")
	}
	return "none"
}
