// Package preflight finds out whether this machine can run the scenarios on real
// SFTPGo, and with which image.
package preflight

import (
	"context"
	"os"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
)

const (
	// DefaultImage is the SFTPGo that the scenarios run on.
	DefaultImage = "drakkan/sftpgo:v2.7.5"
	// ImageVariable names another one.
	ImageVariable = "SFTPGO_IMAGE"
)

// Image is the SFTPGo image that is meant.
func Image() string {
	if image := os.Getenv(ImageVariable); image != "" {
		return image
	}
	return DefaultImage
}

// Check is [docker.Check] for an SFTPGo image.
func Check(ctx context.Context, image string) (notes []string, err error) {
	return docker.Check(ctx, docker.Image{Name: image, Variable: ImageVariable})
}
