# exo-relay as an image: compiled in one stage, its packages in another, and nothing of either left but what runs.
# Scripts of packages are never run: the only one there is fetches a second Node.js, and these stages have theirs.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && mkdir -m 700 /data

FROM node:24-slim
# Inside a container "this machine only" would be nobody.
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY bin bin
# Accepted messages live here, and must outlive the container.
COPY --from=packages --chown=node:node /data /data
VOLUME ["/data"]
# Nothing below /app belongs to this user, and the relay writes to /data alone: the root file system may be read-only.
USER node
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --retries=3 CMD ["node", "bin/health-check.js"]
ENTRYPOINT ["node", "bin/exo-relay.js"]
CMD ["serve"]
