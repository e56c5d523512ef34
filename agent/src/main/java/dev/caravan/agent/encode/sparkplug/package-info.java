/**
 * Sparkplug B 3.0: samples as metrics of one device of an edge node, and what the node itself tells: births, deaths and its session.
 * The node is the device, its Sparkplug device the route.
 *
 * @see <a href="https://sparkplug.eclipse.org/specification/">Eclipse Sparkplug 3.0.0</a>
 */
@NullMarked
package dev.caravan.agent.encode.sparkplug;

import org.jspecify.annotations.NullMarked;
