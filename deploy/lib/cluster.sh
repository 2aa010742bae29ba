# shellcheck shell=bash
# Where the application runs: DEVICECONSOLE_CLUSTER is
#   kubernetes:OVERLAY  the cluster that kubectl is logged in to, as deploy/kubernetes/OVERLAY describes it
#   compose[:PROJECT]   docker compose on this machine, as deploy/compose describes it
#   process:DIR         one process on this machine, started from a folder registry with the environment of DIR/app.env

cluster=${DEVICECONSOLE_CLUSTER:-}
patience=${DEVICECONSOLE_ROLLOUT_SECONDS:-300}

need_cluster() {
  case $cluster in
    kubernetes:?*) overlay=$root/deploy/kubernetes/${cluster#kubernetes:}; [[ -d $overlay ]] || die "There is no folder deploy/kubernetes/${cluster#kubernetes:}."; need_programs kubectl ;;
    compose | compose:?*) project=${cluster#compose}; project=${project#:}; project=${project:-deviceconsole}; need_programs docker ;;
    process:?*) place=${cluster#process:}; [[ -r $place/app.env ]] || die "$place/app.env is missing: it holds the environment of the application, one NAME=value a line."; place=$(cd "$place" && pwd -P) ;;
    '') die 'DEVICECONSOLE_CLUSTER is not set: it says where to roll out (kubernetes:OVERLAY, compose or process:DIR).' ;;
    *) die "DEVICECONSOLE_CLUSTER is '$cluster': use kubernetes:OVERLAY, compose or process:DIR." ;;
  esac
}

# The version that runs now; nothing when none does.
running_version() {
  case $cluster in
    kubernetes:*) kubectl -n deviceconsole get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}' 2>/dev/null | sed 's/.*://' || true ;;
    compose*) docker ps --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.service=web --format '{{.Image}}' | head -n 1 | sed 's/.*://' ;;
    process:*) cat "$place/current" 2>/dev/null || true ;;
  esac
}

# A version can be rolled out when the registry has it.
need_image() {
  if [[ -n $(registry_folder) ]]; then
    [[ -e $(image_archive "$1") ]] || die "The registry has no version $1 ($(image_archive "$1")). It has: $(known_versions)."
  else
    docker manifest inspect "$(image_reference "$1")" >/dev/null 2>&1 || die "The registry has no image $(image_reference "$1"): build it with deploy/image.sh $1 from the tag v$1."
  fi
}

known_versions() {
  local file names=()
  for file in "$(registry_folder)/$image"-*.tar.gz; do
    [[ -e $file ]] || continue
    file=${file##*/"$image"-}
    names+=("${file%.tar.gz}")
  done
  printf '%s' "${names[*]:-none}"
}

# put VERSION: replaces what runs, and returns when the new one answers; on a failure the old one runs.
put() {
  case $cluster in
    kubernetes:*) put_kubernetes "$1" ;;
    compose*) IMAGE=$registry/$image VERSION=$1 docker compose -p "$project" -f "$root/deploy/compose/compose.yml" up -d --no-deps --wait --wait-timeout "$patience" web gateway worker ;;
    process:*) put_process "$1" ;;
  esac
}

# The pods of the old version stay until those of the new one are ready (maxUnavailable is 0): one that does not start changes nothing.
put_kubernetes() {
  local name work
  work=$(mktemp -d)
  cp -R "$root/deploy/kubernetes/." "$work"
  sed -i -E "s|^( *newName:).*|\1 $registry/$image|; s|^( *newTag:).*|\1 \"$1\"|" "$work/${cluster#kubernetes:}/kustomization.yaml"
  kubectl apply -k "$work/${cluster#kubernetes:}"
  rm -rf "$work"
  for name in web gateway worker; do
    if ! kubectl -n deviceconsole rollout status "deployment/$name" --timeout="${patience}s"; then
      kubectl -n deviceconsole rollout undo deployment/web deployment/gateway deployment/worker || true
      die "$name did not become ready: the earlier version was put back. 'kubectl -n deviceconsole logs deployment/$name' says why."
    fi
  done
}

put_process() {
  local old
  old=$(running_version)
  unpack "$1"
  # The new version looks at its configuration and at the database before the old one stops.
  in_place "$1" config check --database >"$place/check.log" 2>&1 || die "Version $1 would not start: $(tail -n 1 "$place/check.log") Nothing was changed."
  stop_process
  if start_process "$1"; then printf '%s\n' "$1" >"$place/current"; return 0; fi
  stop_process
  if [[ -n $old ]]; then start_process "$old" || die "Neither $1 nor $old runs: $place/app.log says why."; fi
  die "Version $1 did not answer as $1 within $patience s: ${old:-nothing} runs again. $place/app.log says why."
}

unpack() {
  [[ ! -d $place/versions/$1 ]] || return 0
  mkdir -p "$place/versions/$1.part"
  tar -C "$place/versions/$1.part" -xzf "$(image_archive "$1")"
  mv "$place/versions/$1.part" "$place/versions/$1"
}

environment() { grep -v '^[[:space:]]*\(#\|$\)' "$place/app.env"; }

in_place() {
  local version=$1 settings
  shift
  mapfile -t settings < <(environment)
  (cd "$place/versions/$version/app" && env "${settings[@]}" dotnet DeviceConsole.Web.dll "$@")
}

start_process() {
  local settings url deadline=$((SECONDS + patience))
  mapfile -t settings < <(environment)
  (cd "$place/versions/$1/app" && exec setsid env "${settings[@]}" dotnet DeviceConsole.Web.dll </dev/null >>"$place/app.log" 2>&1) &
  printf '%s\n' "$!" >"$place/pid"
  url=$(environment | sed -n 's/^DEVICECONSOLE_UI_URL=//p')
  until [[ $(curl -sS --max-time 5 "${url%/}/health" 2>/dev/null | jq -r 'select(.status == "healthy") | .version' 2>/dev/null) == "$1" ]]; do
    kill -0 "$(cat "$place/pid")" 2>/dev/null || return 1
    ((SECONDS < deadline)) || return 1
    sleep 0.3
  done
}

stop_process() {
  local pid
  pid=$(cat "$place/pid" 2>/dev/null) || return 0
  end_child "$pid" 20 || true
  rm -f "$place/pid"
}
