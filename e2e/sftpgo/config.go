package sftpgo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/files"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// configPath is where the official images keep SFTPGo's configuration file.
const configPath = "/etc/sftpgo/sftpgo.json"

// WithConfig changes the image's own configuration file before the server
// starts, as an administrator does: the JSON object holds the sections and
// settings that change, and all others stay.
func WithConfig(changes []byte) Option {
	return func(s *settings) error {
		var object map[string]map[string]any
		if err := json.Unmarshal(changes, &object); err != nil {
			return fmt.Errorf("WithConfig: want a JSON object of sections: %w", err)
		}
		s.customize = append(s.customize, testcontainers.WithAdditionalLifecycleHooks(testcontainers.ContainerLifecycleHooks{
			PostCreates: []testcontainers.ContainerHook{func(ctx context.Context, c testcontainers.Container) error {
				return changeConfig(ctx, c, changes)
			}},
		}))
		return nil
	}
}

func changeConfig(ctx context.Context, c testcontainers.Container, changes []byte) error {
	original, err := c.CopyFileFromContainer(ctx, configPath)
	if err != nil {
		return fmt.Errorf("configuration file: %w", err)
	}
	defer original.Close()
	content, err := io.ReadAll(original)
	if err != nil {
		return fmt.Errorf("configuration file %s: %w", configPath, err)
	}
	changed, err := change(content, changes)
	if err != nil {
		return fmt.Errorf("configuration file %s: %w", configPath, err)
	}
	return files.Copy(ctx, c, build.File{Path: configPath, Content: changed, Mode: 0o400, Owner: uid})
}

// change sets the settings of changes in the configuration. SFTPGo ignores what
// it does not know; here that is an error.
func change(configuration, changes []byte) ([]byte, error) {
	var all map[string]any
	if err := json.Unmarshal(configuration, &all); err != nil {
		return nil, err
	}
	var some map[string]map[string]any
	if err := json.Unmarshal(changes, &some); err != nil {
		return nil, fmt.Errorf("the changes: %w", err)
	}
	for name, settings := range some {
		section, ok := all[name].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("the changes: SFTPGo has no section %s", name)
		}
		for setting := range settings {
			if _, ok := section[setting]; !ok {
				return nil, fmt.Errorf("the changes: SFTPGo has no setting %s.%s", name, setting)
			}
		}
		for setting, value := range settings {
			section[setting] = merge(section[setting], value)
		}
	}
	return json.Marshal(all)
}

// merge changes a setting. Of a list of objects, such as bindings, only what is
// named changes in each, and further ones stay; which names there are differs
// between releases.
func merge(before, change any) any {
	old, ok := before.([]any)
	list, isList := change.([]any)
	if !ok || !isList {
		return change
	}
	merged := slices.Clone(old)
	for i, item := range list {
		changed, ok := item.(map[string]any)
		if !ok {
			return change
		}
		if i == len(merged) {
			merged = append(merged, map[string]any{})
		}
		entry, ok := merged[i].(map[string]any)
		if !ok {
			return change
		}
		maps.Copy(entry, changed)
	}
	return merged
}
