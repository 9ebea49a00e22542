package doors

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// SFTPGo's own time limits, in seconds (command.timeout, http.timeout).
const (
	commandTimeout = 30
	httpTimeout    = 20
)

// each puts together what a look at each hook finds.
func each(site Site, look func(hook, target string) []Finding) []Finding {
	var found []Finding
	for _, hook := range site.Settings.Hooks() {
		found = append(found, look(hook, site.Settings.target(hook))...)
	}
	return found
}

func timeLimit(site Site) []Finding {
	s := &site.Settings
	return each(site, func(hook, target string) []Finding {
		setting, limit := "HTTP__TIMEOUT", s.number("HTTP__TIMEOUT", httpTimeout)
		if !isURL(target) {
			setting, limit = "COMMAND__TIMEOUT", s.number("COMMAND__TIMEOUT", commandTimeout)
			if entry, ok := s.command(hook); ok && s.number(entry+"__TIMEOUT", 0) > 0 {
				setting, limit = entry+"__TIMEOUT", s.number(entry+"__TIMEOUT", 0)
			}
		}
		deadline := site.Deadline[hook]
		if time.Duration(limit)*time.Second > deadline {
			return nil
		}
		return []Finding{{
			Warning, hook, fmt.Sprintf("SFTPGo waits %d seconds, the hook takes up to %v (AUTHY_DEADLINE)", limit, deadline),
			"SFTPGo gives up before the hook has said no: the login is denied, but nothing is logged about why",
			fmt.Sprintf("%s%s=%d, or a shorter AUTHY_DEADLINE", prefix, setting, int(deadline.Seconds())+5),
		}}
	})
}

func program(site Site) []Finding {
	return each(site, func(hook, target string) []Finding {
		if isURL(target) {
			return nil
		}
		setting, _ := settingOf(hook)
		why := "SFTPGo does not start with it"
		if hook == keyint {
			why = "SFTPGo then switches keyboard-interactive off, and says so in its log only"
		}
		problem := func(what, remedy string) []Finding {
			return []Finding{{Problem, hook, what, why, remedy}}
		}
		if !filepath.IsAbs(target) {
			return problem("the path of the hook is not absolute: "+target, prefix+setting+"=/usr/local/bin/"+hook)
		}
		info, err := site.Stat(target)
		switch {
		case err != nil:
			return problem("the hook is not to be found on this machine: "+target, prefix+setting+"=the path of "+hook+" (run doctor where SFTPGo runs)")
		case !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0:
			why = "SFTPGo cannot start it, and nobody gets in"
			return problem("the hook is no executable program: "+target, "chmod 0755 "+target)
		case info.Mode().Perm()&0o002 != 0:
			why = "whoever is on this machine can decide who gets in"
			return problem("the hook is writable by everyone: "+target, "chmod o-w "+target)
		}
		return nil
	})
}

func address(site Site) []Finding {
	s := &site.Settings
	return each(site, func(hook, target string) []Finding {
		if !isURL(target) {
			return nil
		}
		parsed, err := url.Parse(target)
		switch {
		case err != nil:
			return []Finding{{Problem, hook, "the URL of the hook cannot be read", "SFTPGo cannot ask it, and nobody gets in", "write it as https://HOST/PATH"}}
		case parsed.Scheme == "http" && !isLoopback(parsed.Hostname()):
			return []Finding{{
				Problem, hook, "the hook is asked over plain http at " + parsed.Host,
				"passwords and tokens travel in clear text, and anyone on the way can let users in", "https, or a hook on this machine",
			}}
		case parsed.Scheme == "https" && s.boolean("HTTP__SKIP_TLS_VERIFY", false):
			return []Finding{{
				Problem, hook, "SFTPGo does not check the certificate of the hook",
				"anyone on the way can let users in", "SFTPGO_HTTP__SKIP_TLS_VERIFY=false, with SFTPGO_HTTP__CA_CERTIFICATES for an own authority",
			}}
		}
		return nil
	})
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func environment(site Site) []Finding {
	s := &site.Settings
	return each(site, func(hook, target string) []Finding {
		if isURL(target) {
			return nil
		}
		settings, file := 0, ""
		for _, entry := range s.Environment(hook) {
			name, value, _ := strings.Cut(entry, "=")
			if strings.HasPrefix(name, "AUTHY_") {
				settings++
			}
			if name == "AUTHY_CONFIG_FILE" {
				file = value
			}
		}
		switch {
		case settings == 0:
			return []Finding{{
				Problem, hook, "SFTPGo hands no setting to the hook",
				"SFTPGo's own environment does not reach its programs; without a key the hook denies every login",
				"SFTPGO_COMMAND__ENV=AUTHY_CONFIG_FILE=/etc/sftpgo/authy.conf",
			}}
		case site.ConfigFile != "" && file != site.ConfigFile:
			return []Finding{{
				Warning, hook, "SFTPGo hands another AUTHY_CONFIG_FILE to the hook than the one checked here, " + site.ConfigFile,
				"what is said here may not be true for the hook", "run doctor without -config, or SFTPGO_COMMAND__ENV=AUTHY_CONFIG_FILE=" + site.ConfigFile,
			}}
		}
		return nil
	})
}

func arguments(site Site) []Finding {
	s := &site.Settings
	return each(site, func(hook, _ string) []Finding {
		entry, ok := s.command(hook)
		if !ok || len(s.lists[entry+"__ARGS"]) == 0 && !s.has(entry+"__ARGS__0") {
			return nil
		}
		return []Finding{{
			Problem, hook, "SFTPGo hands arguments to the hook", "the hook refuses them, and nobody gets in",
			prefix + entry + "__ARGS= (none)",
		}}
	})
}
