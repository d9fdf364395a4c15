package messaging

import (
	"context"
	"errors"
)

// Run serves until ctx ends (then it says goodbye to the peers and returns nil) or the engine cannot go on.
func Run(ctx context.Context, opt Options) error {
	return errors.New("messaging: not there yet")
}
