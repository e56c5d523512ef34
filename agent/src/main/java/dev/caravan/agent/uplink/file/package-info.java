/** The uplink that writes messages into files, as they would leave, for boards without a network and for tests. */
@NullMarked
package dev.caravan.agent.uplink.file;

import org.jspecify.annotations.NullMarked;
