# SPDX-License-Identifier: MIT
"""Whole sessions with service files as they were written for the original, unchanged."""

import json
from urllib.parse import parse_qs, urlsplit

from harness import Case
from recorder import Answer, Recorder

GITHUB = """\
# GitHub REST API v3
serviceName: github
apiType: rest
baseUrl: ${GITHUB_API}
authentication:
  type: bearer
  token: ${GITHUB_TOKEN}

endpoints:
  - name: getUser
    method: GET
    path: /users/{username}
    cacheTTL: 300
    headers:
      Accept: application/vnd.github.v3+json
    transform:
      fields: [login, name, public_repos]
      rename:
        public_repos: repoCount

  - name: listRepos
    method: GET
    path: /users/{username}/repos
    cacheTTL: 60
    defaultParams:
      sort: updated
      per_page: 30
    transform:
      - fields: ["[*].name", "[*].stargazers_count"]
      - rename:
          "[*].stargazers_count": "[*].stars"

  - name: createIssue
    method: POST
    path: /repos/{owner}/{repo}/issues
    defaultParams:
      labels: [bug]

  - name: updateIssue
    method: PATCH
    path: /repos/{owner}/{repo}/issues/{number}

  - name: deleteReaction
    method: DELETE
    path: /reactions/{id}

aliases:
  - name: octocat
    endpoint: getUser
    args:
      username: octocat
  - name: my-issue
    endpoint: createIssue
    args:
      owner: me
      repo: tool
"""

SHOPIFY = """\
serviceName: shopify
apiType: graphql
baseUrl: ${SHOPIFY_URL}/admin/api/2024-01
graphqlEndpoint: /admin/api/2024-01/graphql.json
authentication:
  type: apikey
  header: X-Shopify-Access-Token
  token: ${SHOPIFY_ACCESS_TOKEN}

graphqlOperations:
  - name: listProducts
    operationType: query
    query: |
      query ListProducts($first: Int!, $after: String) {
        products(first: $first, after: $after) {
          edges { node { id title handle } cursor }
          pageInfo { hasNextPage }
        }
      }
    variables:
      first: 10
    cacheTTL: 300
    transform:
      fields:
        - products.edges[*].node.title
        - products.pageInfo.hasNextPage

  - name: updateProduct
    operationType: mutation
    query: |
      mutation UpdateProduct($input: ProductInput!) {
        productUpdate(input: $input) {
          product { id title }
          userErrors { field message }
        }
      }
    transform:
      - fields: [productUpdate.product, productUpdate.userErrors]
      - rename:
          productUpdate.product: product

aliases:
  - name: top-three
    endpoint: listProducts
    args:
      first: 3
"""

USER = '{"login":"octocat","id":583231,"name":"The Octocat","public_repos":8,"bio":null}'
REPOS = '[{"id":1,"name":"a","stargazers_count":5},{"id":2,"name":"b","stargazers_count":0}]'
PRODUCTS = ('{"data":{"products":{"edges":[{"node":{"id":"gid://1","title":"Hat","handle":"hat"},'
            '"cursor":"c1"},{"node":{"id":"gid://2","title":"Cap","handle":"cap"},"cursor":"c2"}],'
            '"pageInfo":{"hasNextPage":false}}}}')
UPDATED = ('{"data":{"productUpdate":{"product":{"id":"gid://1","title":"New"},"userErrors":[]}},'
           '"extensions":{"cost":10}}')


def answer(body, status=200):
    return Answer(status, "application/json; charset=utf-8", body)


class Session(Case):
    mock_options = None

    def setUp(self):
        super().setUp()
        self.recorder = Recorder()
        self.addCleanup(self.recorder.close)

    def call(self, *words, answers=(), status=0):
        self.recorder.expect(answers)
        run = self.cli("call", *words, env=self.env())
        return self.value(run, status)

    def last(self):
        request = self.recorder.received[-1]
        parts = urlsplit(request.target)
        return request.method, parts.path, parse_qs(parts.query, keep_blank_values=True)


class GitHub(Session):
    def setUp(self):
        super().setUp()
        self.service(GITHUB, "github.yaml")

    def env(self):
        return {"GITHUB_API": self.recorder.url, "GITHUB_TOKEN": "ghp_0123456789"}

    def test_the_file_is_valid_as_it_is(self):
        result = self.value(self.cli("validate", env=self.env()))["results"][0]
        self.assertEqual((result["valid"], result["errors"]), (True, []))

    def test_it_is_listed(self):
        listed = self.value(self.cli("list", "endpoints", "github"))
        self.assertEqual([(e["name"], e["parameters"]) for e in listed["endpoints"]], [
            ("getUser", ["username"]), ("listRepos", ["username"]),
            ("createIssue", ["owner", "repo"]), ("updateIssue", ["owner", "repo", "number"]),
            ("deleteReaction", ["id"])])

    def test_a_user_is_fetched_transformed_and_cached(self):
        want = {"login": "octocat", "name": "The Octocat", "repoCount": 8}
        self.assertEqual(self.call("github.octocat", answers=[answer(USER)]), want)
        self.assertEqual(self.last(), ("GET", "/users/octocat", {}))
        headers = self.recorder.received[0].headers
        self.assertEqual(headers["authorization"], "Bearer ghp_0123456789")
        self.assertEqual(headers["accept"], "application/vnd.github.v3+json")
        self.assertEqual(self.call("github.getUser", "username=octocat"), want)
        self.assertEqual(self.recorder.received, [])
        cached = self.value(self.cli("cache", "list", "github.getUser"))["entries"]
        self.assertEqual([(e["service"], e["endpoint"], e["url"]) for e in cached],
                         [("github", "getUser", self.recorder.url + "/users/octocat")])
        self.assertEqual(self.value(self.cli("cache", "clear", "github.getUser"))["cleared"], 1)
        self.call("github.octocat", answers=[answer(USER)])
        self.assertEqual(len(self.recorder.received), 1)

    def test_repositories_are_listed_with_defaults(self):
        self.assertEqual(
            self.call("github.listRepos", "username=x", "per_page=5", answers=[answer(REPOS)]),
            [{"name": "a", "stars": 5}, {"name": "b", "stars": 0}])
        self.assertEqual(self.last(), ("GET", "/users/x/repos",
                                       {"sort": ["updated"], "per_page": ["5"]}))

    def test_an_issue_is_made_changed_and_its_reaction_removed(self):
        self.call("github.my-issue", "title=Broken", "body=It is",
                  answers=[answer('{"number":7}', 201)])
        self.assertEqual(self.last(), ("POST", "/repos/me/tool/issues", {}))
        self.assertEqual(json.loads(self.recorder.received[0].body),
                         {"title": "Broken", "body": "It is", "labels": ["bug"]})
        self.call("github.updateIssue", "owner=me", "repo=tool", "number=7", "state=closed")
        self.assertEqual(self.last(), ("PATCH", "/repos/me/tool/issues/7", {}))
        self.assertEqual(self.recorder.received[0].body, '{"state":"closed"}')
        self.call("github.deleteReaction", "id=1", answers=[Answer(204, None, "")])
        self.assertEqual(self.last(), ("DELETE", "/reactions/1", {}))

    def test_a_batch_of_users_with_one_that_is_not_there(self):
        users = '[{"username":"a"},{"username":"b/c"},{"username":"d"}]'
        results = self.call("github.getUser", "--batch-json", users, status=1,
                            answers=[answer(USER), answer('{"message":"Not Found"}', 404),
                                     answer(USER)])
        self.assertEqual([r["success"] for r in results], [True, False, True])
        self.assertEqual(results[1]["error"], {
            "code": "API_REQUEST_FAILED", "message": "HTTP 404: Not Found",
            "details": {"message": "Not Found"}})
        self.assertEqual([r.target for r in self.recorder.received],
                         ["/users/a", "/users/b%2Fc", "/users/d"])


class Shopify(Session):
    def setUp(self):
        super().setUp()
        self.service(SHOPIFY, "shopify.yaml")

    def env(self):
        return {"SHOPIFY_URL": self.recorder.url, "SHOPIFY_ACCESS_TOKEN": "shpat_0123456789"}

    def test_the_file_is_valid_as_it_is(self):
        result = self.value(self.cli("validate", "--strict", env=self.env()), None)["results"][0]
        self.assertEqual(result["errors"], [])
        self.assertEqual([w["message"] for w in result["warnings"]], [])

    def test_it_is_listed(self):
        listed = self.value(self.cli("list", "endpoints", "shopify"))
        self.assertEqual([(o["name"], o["type"], o["variables"]) for o in listed["operations"]],
                         [("listProducts", "query", {"first": 10}),
                          ("updateProduct", "mutation", {})])

    def test_titles_are_taken_out_of_edges_and_nodes(self):
        got = self.call("shopify.listProducts", answers=[answer(PRODUCTS)])
        self.assertEqual(got, {"products": {"edges": ["Hat", "Cap"],
                                            "pageInfo": {"hasNextPage": False}}})
        self.assertEqual(self.last(), ("POST", "/admin/api/2024-01/graphql.json", {}))
        sent = json.loads(self.recorder.received[0].body)
        self.assertEqual((sent["variables"], sent["operationName"]),
                         ({"first": 10}, "ListProducts"))
        self.assertEqual(self.recorder.received[0].headers["x-shopify-access-token"],
                         "shpat_0123456789")

    def test_variables_tell_cached_answers_apart(self):
        self.call("shopify.top-three", answers=[answer(PRODUCTS)])
        self.call("shopify.top-three")
        self.assertEqual(self.recorder.received, [])
        self.call("shopify.top-three", "after=c2", answers=[answer(PRODUCTS)])
        self.assertEqual(json.loads(self.recorder.received[0].body)["variables"],
                         {"first": 3, "after": "c2"})

    def test_products_are_updated_from_a_batch(self):
        items = '[{"input":{"id":"gid://1","title":"New","price":"1.50"}},{"input":{"id":"gid://2"}}]'
        results = self.call("shopify.updateProduct", "--batch-json", items, status=1,
                            answers=[answer(UPDATED),
                                     answer('{"errors":[{"message":"Throttled"}]}')])
        self.assertEqual(results[0]["data"], {
            "productUpdate": {"userErrors": []}, "product": {"id": "gid://1", "title": "New"}})
        self.assertEqual(results[1]["error"]["message"], "GraphQL request failed: Throttled")
        self.assertEqual(json.loads(self.recorder.received[0].body)["variables"],
                         {"input": {"id": "gid://1", "title": "New", "price": "1.50"}})
