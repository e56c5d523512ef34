#!/bin/sh
# Rights in an Event Grid namespace: each client publishes below its own authentication name, and hears what is asked of it.
# Usage: azure-event-grid.sh RESOURCE_GROUP NAMESPACE
set -eu
here="--resource-group $1 --namespace-name $2"
az eventgrid namespace topic-space create $here --name up \
  --topic-templates 'caravan/v1/+/${client.authenticationName}/#'
az eventgrid namespace topic-space create $here --name down \
  --topic-templates 'caravan/v1/+/${client.authenticationName}/command' \
  'caravan/v1/+/${client.authenticationName}/receipt' 'caravan/v1/+/${client.authenticationName}/request'
az eventgrid namespace permission-binding create $here --name up \
  --client-group-name '$all' --topic-space-name up --permission publisher
az eventgrid namespace permission-binding create $here --name down \
  --client-group-name '$all' --topic-space-name down --permission subscriber
